//! The names of ifType (IANAifType). Of some three hundred, those that network devices of this century have.

use snmp_proxy_sdk::enumeration::Names;

/// The named numbers; others have no `type_name`.
#[rustfmt::skip]
pub(crate) const NAMES: &Names = &[
    (1, "other"), (5, "rfc877x25"), (6, "ethernetCsmacd"), (7, "iso88023Csmacd"), (9, "iso88025TokenRing"),
    (15, "fddi"), (16, "lapb"), (17, "sdlc"), (18, "ds1"), (19, "e1"), (20, "basicISDN"), (21, "primaryISDN"),
    (22, "propPointToPointSerial"), (23, "ppp"), (24, "softwareLoopback"), (28, "slip"), (30, "ds3"),
    (32, "frameRelay"), (33, "rs232"), (37, "atm"), (39, "sonet"), (44, "frameRelayService"), (45, "v35"),
    (46, "hssi"), (48, "modem"), (49, "aal5"), (50, "sonetPath"), (51, "sonetVT"), (53, "propVirtual"),
    (54, "propMultiplexor"), (56, "fibreChannel"), (59, "aflane8023"), (61, "cctEmul"), (62, "fastEther"),
    (63, "isdn"), (69, "fastEtherFX"), (71, "ieee80211"), (75, "isdns"), (76, "isdnu"), (77, "lapd"),
    (80, "atmLogical"), (81, "ds0"), (82, "ds0Bundle"), (83, "bsc"), (84, "async"), (94, "adsl"), (95, "radsl"),
    (96, "sdsl"), (97, "vdsl"), (100, "voiceEM"), (101, "voiceFXO"), (102, "voiceFXS"), (103, "voiceEncap"),
    (104, "voiceOverIp"), (107, "atmIma"), (108, "pppMultilinkBundle"), (117, "gigabitEthernet"), (118, "hdlc"),
    (119, "lapf"), (124, "interleave"), (125, "fast"), (126, "ip"), (127, "docsCableMaclayer"),
    (128, "docsCableDownstream"), (129, "docsCableUpstream"), (131, "tunnel"), (133, "ces"),
    (134, "atmSubInterface"), (135, "l2vlan"), (136, "l3ipvlan"), (138, "digitalPowerline"), (142, "ipForward"),
    (143, "msdsl"), (144, "ieee1394"), (149, "atmVirtual"), (150, "mplsTunnel"), (151, "srp"), (157, "propWirelessP2P"),
    (158, "frForward"), (159, "rfc1483"), (160, "usb"), (161, "ieee8023adLag"), (162, "bgppolicyaccounting"),
    (163, "frf16MfrBundle"), (166, "mpls"), (168, "hdsl2"), (169, "shdsl"), (171, "pos"), (174, "plc"),
    (184, "propBWAp2Mp"), (187, "aal2"), (188, "radioMAC"), (189, "atmRadio"), (193, "frDlciEndPt"),
    (194, "atmVciEndPt"), (195, "opticalChannel"), (196, "opticalTransport"), (199, "infiniband"), (200, "teLink"),
    (205, "docsCableUpstreamChannel"), (208, "pon622"), (209, "bridge"), (215, "sixToFour"), (216, "gtp"),
    (219, "opticalChannelGroup"), (220, "homepna"), (221, "gfp"), (224, "fcipLink"), (225, "rpr"), (226, "qam"),
    (229, "docsCableMCmtsDownstream"), (230, "adsl2"), (231, "macSecControlledIF"), (232, "macSecUncontrolledIF"),
    (234, "atmbond"), (236, "mocaVersion1"), (237, "ieee80216WMAN"), (238, "adsl2plus"), (243, "wwanPP"),
    (244, "wwanPP2"), (246, "ifPwType"), (247, "ilan"), (248, "pip"), (250, "gpon"), (251, "vdsl2"),
    (252, "capwapDot11Profile"), (253, "capwapDot11Bss"), (254, "capwapWtpVirtualRadio"),
    (256, "docsCableUpstreamRfPort"), (257, "cableDownstreamRfPort"), (258, "vmwareVirtualNic"), (259, "ieee802154"),
    (260, "otnOdu"), (261, "otnOtu"), (262, "ifVfiType"), (263, "g9981"), (264, "g9982"), (265, "g9983"),
    (272, "vmwareNicTeam"), (277, "docsOfdmDownstream"), (278, "docsOfdmaUpstream"), (279, "gfast"), (280, "sdci"),
];
