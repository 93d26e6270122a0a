#!/bin/sh
# net-snmp 5.9.3 (Debian 12, package snmp 5.9.3+dfsg-2+deb12u1).
#
# Its tools print the index of a row in forms that they refuse, or read as another index, when they are typed back.
#
# A row is indexed by a MAC address (DISPLAY-HINT "1x:") and a text with IMPLIED; its number ends in 1.2.3.4.5.6.97.98.
#
#   * by default it is printed as  TINY-MIB::tinyValue.'......'.'ab'  : the octets of the MAC address are not printable,
#     so each is a dot, and every other such address prints the same; typed back, it is the address 2E:2E:2E:2E:2E:2E
#   * with -OX it is printed as  TINY-MIB::tinyValue[STRING: 1:2:3:4:5:6]['ab']  : "Unknown object identifier" when
#     typed back, and so is the same without "STRING: "
#
# Ends with 0 as long as that is so. What `snmpwalk` prints for such a table (dot1dTpFdbTable, dot1qTpFdbTable) cannot be
# given to `snmpget`; what it prints with -On can.
#
# What ours does about it: names print with the index in numbers, or in brackets with each part displayed
# (`[01:02:03:04:05:06]["ab"]`), and both are read back as the same number, `STRING: ` of a pasted name included.
set -eu
command -v snmptranslate >/dev/null || { echo "needs snmptranslate"; exit 2; }
snmptranslate -V 2>&1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/SNMPv2-SMI.txt" <<'MIB'
SNMPv2-SMI DEFINITIONS ::= BEGIN
org OBJECT IDENTIFIER ::= { iso 3 }
dod OBJECT IDENTIFIER ::= { org 6 }
internet OBJECT IDENTIFIER ::= { dod 1 }
private OBJECT IDENTIFIER ::= { internet 4 }
enterprises OBJECT IDENTIFIER ::= { private 1 }
END
MIB
cat > "$folder/TINY-MIB.txt" <<'MIB'
TINY-MIB DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI;
tiny OBJECT IDENTIFIER ::= { enterprises 99999 }
TinyMac ::= TEXTUAL-CONVENTION
    DISPLAY-HINT "1x:" STATUS current DESCRIPTION "A MAC address." SYNTAX OCTET STRING (SIZE (6))
tinyTable OBJECT-TYPE
    SYNTAX SEQUENCE OF TinyEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "Rows." ::= { tiny 1 }
tinyEntry OBJECT-TYPE
    SYNTAX TinyEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "A row."
    INDEX { tinyMac, IMPLIED tinyName } ::= { tinyTable 1 }
TinyEntry ::= SEQUENCE { tinyMac TinyMac, tinyName OCTET STRING, tinyValue Integer32 }
tinyMac OBJECT-TYPE
    SYNTAX TinyMac MAX-ACCESS not-accessible STATUS current DESCRIPTION "Its address." ::= { tinyEntry 1 }
tinyName OBJECT-TYPE
    SYNTAX OCTET STRING (SIZE (1..16)) MAX-ACCESS not-accessible STATUS current DESCRIPTION "Its name." ::= { tinyEntry 2 }
tinyValue OBJECT-TYPE
    SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION "A value." ::= { tinyEntry 3 }
END
MIB
translate() { snmptranslate -M "$folder" -m TINY-MIB "$@" 2>&1 || true; }
number=.1.3.6.1.4.1.99999.1.1.3.1.2.3.4.5.6.97.98

by_default=$(translate "$number")
bracketed=$(translate -OX "$number")
echo "by default: $by_default"
echo "with -OX:   $bracketed"
echo "read back:  $(translate -IR -On "$by_default"), $(translate -IR -On "$bracketed")"

[ "$by_default" = "TINY-MIB::tinyValue.'......'.'ab'" ]
[ "$(translate -IR -On "$by_default")" = .1.3.6.1.4.1.99999.1.1.3.46.46.46.46.46.46.97.98 ]
[ "$bracketed" = "TINY-MIB::tinyValue[STRING: 1:2:3:4:5:6]['ab']" ]
for text in "$bracketed" "TINY-MIB::tinyValue[1:2:3:4:5:6]['ab']" 'TINY-MIB::tinyValue[1:2:3:4:5:6]["ab"]'; do
    case $(translate -IR -On "$text") in .1.3.6.*) echo "it reads $text now"; exit 1 ;; esac
done
