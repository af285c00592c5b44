# shellcheck shell=bash disable=SC2154 # Images/build sets what is shared
# The disk: firmware, state of the boots, slots A and B. The data partition is made on the box, as large as it can be.

# make_state IMAGE: both copies of a fresh boot state, as U-Boot's `env export -c` writes it.
make_state() {
    python3 - "$1" <<'END'
import sys, zlib
body = b"BOOT_A_LEFT=3\0BOOT_B_LEFT=0\0BOOT_ORDER=A\0FACTORY_RESET=0\0".ljust(508, b"\0")
copy = zlib.crc32(body).to_bytes(4, "little") + body
open(sys.argv[1], "wb").write(copy.ljust(4096, b"\0") + copy.ljust(4096, b"\0"))
END
}

# make_disk BOARD IMAGE FIRMWARE STATE BOOT ROOT: sparse, with a GPT whose identifiers are always the same.
make_disk() {
    local board=$1 image=$2 firmware=$3 state=$4 boot=$5 root=$6
    # MiB: where each begins, and how large.
    rm -f "$image"
    truncate --size="$((disk_mib))M" "$image"
    sgdisk --clear --disk-guid=C0DE0000-0000-4000-8000-000000000000 \
        --new=1:1M:+64M --typecode=1:0700 --change-name=1:firmware --partition-guid=1:C0DE0000-0000-4000-8000-000000000001 \
        --new=2:65M:+1M --typecode=2:8301 --change-name=2:state --partition-guid=2:C0DE0000-0000-4000-8000-000000000002 \
        --new=3:66M:+64M --typecode=3:8301 --change-name=3:boot-a --partition-guid=3:C0DE0000-0000-4000-8000-000000000003 \
        "--new=4:130M:+${root_mib}M" --typecode=4:8305 --change-name=4:root-a \
        --partition-guid=4:C0DE0000-0000-4000-8000-000000000004 \
        "--new=5:$((130 + root_mib))M:+64M" --typecode=5:8301 --change-name=5:boot-b \
        --partition-guid=5:C0DE0000-0000-4000-8000-000000000005 \
        "--new=6:$((194 + root_mib))M:+${root_mib}M" --typecode=6:8305 --change-name=6:root-b \
        --partition-guid=6:C0DE0000-0000-4000-8000-000000000006 \
        --attributes=1:set:2 "$image" >/dev/null
    # The Pi's loader may know no GPT: the firmware partition stands in the old table too.
    if [ "$board" = raspberry-pi-4 ]; then sgdisk --hybrid=1:EE "$image" >/dev/null; fi
    put "$firmware" "$image" 1
    put "$state" "$image" 65
    put "$boot" "$image" 66
    put "$root" "$image" 130
}

# put FILE IMAGE MIB
put() { dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none; }
