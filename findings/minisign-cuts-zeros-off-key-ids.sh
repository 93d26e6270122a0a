#!/bin/sh
# Downloads minisign 0.11 (Debian bookworm, 0.11-1, with its libsodium23) into a temporary folder, makes keys without a
# password until one has an ID below 2^60, and compares the ID that minisign prints with the octets of the key.
#
# The ID of a key is 8 octets (https://jedisct1.github.io/minisign/, "Public key format"), and documents show it as 16
# hexadecimal digits, as in "minisign public key E7620F1842B4E81F". minisign prints a number without leading zeros, so
# one key of sixteen has 15 digits or fewer: octets 98 86 1c 08 8d e6 83 0f, in the order of the number
# 0F83E68D081C8698, are printed as F83E68D081C8698. Signatures hold the octets and are not concerned; who matches the
# printed ID by a pattern of 16 digits, or compares it as text with one that was padded, loses every sixteenth key.
#
# Seen: after 4 to 60 keys one whose comment ends in 15 digits, and whose eighth octet of the ID is below 10.
#
# Ends with 0 while that is so. snmp-proxy reads IDs of 1 to 16 digits as numbers, and prints them as minisign does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq download minisign=0.11-1 libsodium23 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$(find "$folder" -name 'libsodium.so.23' | head -n 1)")
export LD_LIBRARY_PATH
./usr/bin/minisign -v | grep -qx 'minisign 0.11'

made=0
while [ "$made" -lt 400 ]; do
    made=$((made + 1))
    ./usr/bin/minisign -G -W -f -p key.pub -s key.sec >/dev/null
    printed=$(sed -n '1s/.* //p' key.pub)
    # Two octets of the algorithm, then eight of the ID, the least one first.
    octets=$(sed -n 2p key.pub | base64 -d | od -An -v -tx1 -j2 -N8 | tr -d ' \n')
    id=$(echo "$octets" | sed 's/\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)/\8\7\6\5\4\3\2\1/' | tr a-f A-F)
    cut=$(echo "$id" | sed 's/^0*//')
    if [ "$printed" != "$cut" ]; then
        echo "key $made: printed $printed, and the octets say $id"
        exit 1
    fi
    if [ "$printed" != "$id" ]; then
        echo "key $made: the octets say $id, and minisign prints $printed"
        exit 0
    fi
done
echo "of $made keys none begins with a zero"
exit 1
