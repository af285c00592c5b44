"""A box in QEMU: the image on a disk of its own, a wire to this network namespace, its monitor, and ssh to it."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import png

ADDRESS, HERE = "10.77.0.2", "10.77.0.1"
MAC = "52:54:00:77:00:02"


class Failure(Exception):
    """A step that did not show what it should."""


class Box:
    def __init__(self, image, folder, key):
        self.image = pathlib.Path(image)
        self.folder = pathlib.Path(folder)
        self.key_file = key
        self.disk = self.folder / "disk.img"
        self.process = None
        self.boots = 0
        self.started = 0.0

    # MARK: disk

    def fresh_disk(self):
        source = self.image / "convene-qemu-arm64.img"
        subprocess.run(["cp", "--sparse=always", source, self.disk], check=True)
        os.truncate(self.disk, 3 << 30)

    def put_on_firmware(self, source, name):
        """Onto the partition that any computer can open, as somebody with the card in a reader would."""
        subprocess.run(["mcopy", "-o", "-i", f"{self.disk}@@1M", source, f"::{name}"], check=True)

    def kernel_arguments(self, slot, more):
        """Adds to the kernel's command line of a slot, for the boot that is compared; gives back how to undo it."""
        place = {"A": "66M", "B": "578M"}[slot]
        kept = self.folder / f"slot-{slot}.env"
        changed = self.folder / "slot-changed.env"
        subprocess.run(["mcopy", "-n", "-o", "-i", f"{self.disk}@@{place}", "::slot.env", kept], check=True)
        lines = kept.read_text().splitlines()
        changed.write_text("".join(
            line + (" " + more if line.startswith("slot_arguments=") else "") + "\n" for line in lines))
        subprocess.run(["mcopy", "-o", "-i", f"{self.disk}@@{place}", changed, "::slot.env"], check=True)

        def undo():
            subprocess.run(["mcopy", "-o", "-i", f"{self.disk}@@{place}", kept, "::slot.env"], check=True)

        return undo

    # MARK: power

    def power_on(self):
        self.boots += 1
        monitor = self.folder / "monitor"
        if monitor.exists():
            monitor.unlink()
        serial = self.folder / f"serial-{self.boots}.log"
        command = [
            "qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "cortex-a72",
            "-accel", "tcg,thread=multi,tb-size=512", "-smp", "2", "-m", "1536",
            "-bios", self.image / "u-boot.bin",
            "-drive", f"file={self.disk},format=raw,if=none,id=disk",
            "-device", "virtio-blk-pci,drive=disk",
            "-netdev", "tap,id=wire,ifname=box0,script=no,downscript=no",
            "-device", f"virtio-net-pci,netdev=wire,mac={MAC},romfile=",
            "-device", "virtio-gpu-pci,xres=1280,yres=720", "-device", "virtio-rng-pci", "-device", "i6300esb",
            "-device", "qemu-xhci", "-device", "usb-kbd",
            "-audiodev", "none,id=sound", "-device", "intel-hda", "-device", "hda-duplex,audiodev=sound",
            "-display", "none", "-serial", f"file:{serial}", "-monitor", f"unix:{monitor},server,nowait",
        ]
        log = open(self.folder / "qemu.log", "ab")
        self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log)
        self.started = time.monotonic()

    def power_off_hard(self):
        """The plug is pulled."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def is_on(self):
        return self.process is not None and self.process.poll() is None

    # MARK: monitor

    def monitor(self, *words):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(20)
            line.connect(str(self.folder / "monitor"))
            answer = self._until_prompt(line)
            line.sendall((" ".join(words) + "\n").encode())
            answer = self._until_prompt(line)
        return answer

    @staticmethod
    def _until_prompt(line):
        answer = b""
        while b"(qemu) " not in answer[-8:]:
            try:
                part = line.recv(4096)
            except socket.timeout:
                break
            if not part:
                break
            answer += part
        return answer.decode(errors="replace")

    def screen(self, file):
        """What is on the screen, as QEMU has it."""
        file = pathlib.Path(file)
        if file.exists():
            file.unlink()
        self.monitor("screendump", str(file), "-f", "png")
        until = time.monotonic() + 15
        while time.monotonic() < until:
            try:
                return png.read(file)
            except (OSError, ValueError):
                time.sleep(0.2)
        raise Failure("QEMU gave no picture of the screen")

    def key(self, name):
        self.monitor("sendkey", name)

    # MARK: ssh

    def ssh_command(self, user="admin", options=()):
        return ["ssh", "-F", "none", "-q", "-i", str(self.key_file), "-o", "StrictHostKeyChecking=no",
                "-o", f"UserKnownHostsFile={self.folder}/known_hosts", "-o", "IdentitiesOnly=yes",
                "-o", "ConnectTimeout=30", *options, f"{user}@{ADDRESS}"]

    def run(self, command, seconds=60, check=True):
        """A command on the box, as admin."""
        try:
            done = subprocess.run([*self.ssh_command(), command], capture_output=True, text=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"on the box, {command!r} took more than {seconds} s") from None
        if check and done.returncode != 0:
            raise Failure(f"on the box, {command!r} ended with {done.returncode}: {done.stderr.strip()[-400:]}"
                          f" {done.stdout.strip()[-400:]}")
        return done

    def copy_to(self, source, place, seconds=300):
        with open(source, "rb") as file:
            subprocess.run([*self.ssh_command(), f"cat >{place} && sync {place}"], stdin=file, check=True, timeout=seconds)

    def wait_for_ssh(self, seconds=300):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.is_on():
                raise Failure("QEMU ended")
            try:
                if subprocess.run([*self.ssh_command(), "true"], timeout=45, capture_output=True).returncode == 0:
                    return time.monotonic() - self.started
            except subprocess.TimeoutExpired:
                pass
            time.sleep(1)
        raise Failure(f"nobody answers ssh within {seconds} s")

    def wait_for(self, command, wanted, seconds=180):
        """Until a command's output has what is wanted in it."""
        until = time.monotonic() + seconds
        last = ""
        while time.monotonic() < until:
            try:
                last = self.run(command, check=False).stdout
            except Failure:
                continue
            if wanted in last:
                return last
            time.sleep(1)
        raise Failure(f"{command!r} did not say {wanted!r} within {seconds} s, but {last.strip()[-300:]!r}")


def free(folder):
    shutil.rmtree(folder, ignore_errors=True)
