# Chooses the slot, counts its boots, and starts its kernel. U-Boot reads this as boot.scr from the firmware partition.
#
# The state lies in the partition `state` as two copies of one sector each (blocks 0 and 8), as `env export -c` writes
# them: CRC-32, then NAME=value. The first is written first; when the power fails between, one of them is whole.
# BOOT_ORDER is the slots, the wanted one first; BOOT_A_LEFT and BOOT_B_LEFT are how many boots each has left.

# The Raspberry Pi's U-Boot has put its logo on the screen.
cls
# It keeps 37 MB for a kernel, and Debian's is larger: everything moves up.
if test "${kernel_addr_r}" = "0x00080000"; then
    setenv kernel_addr_r 0x00200000
    setenv fdt_addr_r 0x07f00000
    setenv ramdisk_addr_r 0x08000000
fi
# Where the initrd will lie: memory that every board has free until then.
setenv state_at ${ramdisk_addr_r}
part number ${devtype} ${devnum} state state_part
part start ${devtype} ${devnum} state state_a
setexpr state_b ${state_a} + 8
${devtype} dev ${devnum}

setenv BOOT_ORDER
${devtype} read ${state_at} ${state_a} 1
if env import -c ${state_at} 0x200 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT FACTORY_RESET; then
    true
else
    ${devtype} read ${state_at} ${state_b} 1
    if env import -c ${state_at} 0x200 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT FACTORY_RESET; then
        # The whole copy is laid over the broken one before anything is written.
        ${devtype} write ${state_at} ${state_a} 1
    fi
fi
test -n "${BOOT_ORDER}" || setenv BOOT_ORDER "A B"
test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 3
test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT 3
test -n "${FACTORY_RESET}" || setenv FACTORY_RESET 0

setenv slot
for candidate in "${BOOT_ORDER}"; do
    if test -n "${slot}"; then
        true
    elif test "${candidate}" = "A" && itest ${BOOT_A_LEFT} > 0; then
        setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1
        setenv slot A
        setenv boot_label boot-a
    elif test "${candidate}" = "B" && itest ${BOOT_B_LEFT} > 0; then
        setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1
        setenv slot B
        setenv boot_label boot-b
    fi
done
if test -z "${slot}"; then
    # Neither has a boot left: both get new ones, for a box that tries is better than one that waits.
    setenv BOOT_A_LEFT 3
    setenv BOOT_B_LEFT 3
fi
mw.b ${state_at} 0 0x200
env export -c -s 0x200 ${state_at} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT FACTORY_RESET
${devtype} write ${state_at} ${state_a} 1
${devtype} write ${state_at} ${state_b} 1
test -n "${slot}" || reset

part number ${devtype} ${devnum} ${boot_label} boot_part
setenv slot_arguments
load ${devtype} ${devnum}:${boot_part} ${state_at} slot.env || reset
env import -t ${state_at} ${filesize} slot_arguments slot_tree
setenv bootargs "${slot_arguments} rauc.slot=${slot} convene.factory_reset=${FACTORY_RESET}"
if test -n "${slot_tree}"; then
    load ${devtype} ${devnum}:${boot_part} ${fdt_addr_r} ${slot_tree}/${fdtfile} || setenv fdt_addr_r ${fdt_addr}
    setenv tree ${fdt_addr_r}
else
    setenv tree ${fdt_addr}
fi
load ${devtype} ${devnum}:${boot_part} ${kernel_addr_r} Image || reset
load ${devtype} ${devnum}:${boot_part} ${ramdisk_addr_r} initrd || reset
booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${tree}
reset
