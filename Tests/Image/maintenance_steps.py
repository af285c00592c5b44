"""The steps of the image's test that go by the maintenance page of the room's screen."""

import subprocess
import time

PIN = "2468"


class MaintenanceSteps:
    """Beside `Test`, whose box, folders and account's password it uses."""

    def screen_keys(self, *keys):
        self.box.run("convenectl key " + " ".join(keys))

    def open_maintenance(self):
        """From any page, with the PIN."""
        self.screen_keys("Home", "F4", "Up", "Up", "OK", *PIN, "OK")
        self.box.wait_for("convenectl status screen.page", "maintenance", 60)

    def maintenance(self):
        """Logs and diagnostics from the screen, behind the PIN of the settings."""
        hashed = self.box.run(f"echo {PIN} | convene-panel --hash-pin").stdout.strip()
        self.expect(hashed.startswith("$"), f"no hash of a PIN: {hashed!r}")
        text = (self.work / "room.yaml").read_text()
        room = self.work / "room-pin.yaml"
        room.write_text(text.replace("panel:\n", f"panel:\n  pin: {hashed}\n") if "panel:\n" in text
                        else text + f"panel:\n  pin: {hashed}\n")
        self.provision_with(room)
        self.box.wait_for("convenectl status screen.maintenance.locked", "true", 60)
        self.expect(self.box.run("test -w /run/convene-maintenance.sock", check=False).returncode != 0,
                    "an admin may ask the room's own service")
        self.screen_keys("Home", "F4", "Up", "Up", "OK")
        self.box.wait_for("convenectl status screen.page", "code", 30)
        self.shot("4-pin")
        self.screen_keys("1", "1", "1", "1", "OK")
        self.box.wait_for("convenectl status screen.code", "wrong", 60)
        self.screen_keys(*PIN, "OK")
        self.box.wait_for("convenectl status screen.page", "maintenance", 60)
        self.screen_keys("OK")
        self.box.wait_for("convenectl status screen.logs | grep -E '^[0-9]{2,}' && echo read", "read", 90)
        lines = self.box.run("convenectl status screen.logs").stdout.strip()
        time.sleep(2)
        self.shot("4-logs")
        self.screen_keys("Back", "Down", "OK")
        self.box.wait_for("convenectl status screen.maintenance.work", "no_stick", 90)
        stick = self.work / "diagnostics.img"
        stick.unlink(missing_ok=True)
        with open(stick, "wb") as file:
            file.truncate(32 << 20)
        subprocess.run(["mkfs.vfat", "-n", "HELP", stick], check=True, stdout=subprocess.DEVNULL)
        self.box.monitor("drive_add", "0", f"file={stick},format=raw,if=none,id=help")
        self.box.monitor("device_add", "usb-storage,drive=help,id=help")
        self.box.wait_for("grep -l ID_FS_TYPE=vfat $(grep -l ID_BUS=usb /run/udev/data/b*)", "/run/udev/data/b", 90)
        # The page is left after two minutes without a key, and the PIN asked again.
        self.open_maintenance()
        self.screen_keys("Down", "OK")
        self.box.wait_for("convenectl status screen.maintenance.work", "diagnostics_written", 180)
        self.shot("4-diagnostics")
        told = self.box.run("convenectl status screen.maintenance.detail").stdout.strip()
        mounts = self.box.run("grep -c convene-stick /proc/mounts", check=False).stdout.strip()
        self.expect(mounts == "0", "the stick is still mounted")
        self.box.monitor("device_del", "help")
        time.sleep(4)
        packed = subprocess.run(["mcopy", "-n", "-i", stick, f"::{told}", "-"], check=True, capture_output=True).stdout
        kept = self.out / "diagnostics.tar.gz"
        kept.write_bytes(packed)
        names = subprocess.run(["tar", "-tzf", kept], check=True, capture_output=True, text=True).stdout.split()
        inside = {name.split("/")[-1] for name in names}
        self.expect({"report.txt", "status.txt", "settings.txt", "logs.txt", "kernel.txt"} <= inside,
                    f"the diagnostics hold only {sorted(inside)}")
        everything = subprocess.run(["tar", "-xzOf", kept], check=True, capture_output=True).stdout.decode(errors="replace")
        self.expect(self.account_password not in everything and hashed not in everything, "a secret is in the diagnostics")
        self.screen_keys("Home")
        return f"behind its PIN: {lines} lines of logs, {len(names)} files of diagnostics on a stick"

    def reset_from_screen(self):
        self.provision_with(self.work / "room-pin.yaml")
        identity = self.box.run("cat /etc/machine-id").stdout
        self.box.run("echo kept >/var/lib/admin/note")
        self.box.wait_for("convenectl status screen.maintenance.locked", "true", 60)
        self.open_maintenance()
        self.screen_keys("Up", "OK")
        self.box.wait_for("convenectl status screen.page", "code", 30)
        self.shot("6-erase-number")
        number = self.box.run("convenectl status screen.code_number").stdout.strip()
        self.screen_keys(*number)
        # The room ends under the last key.
        self.box.run("convenectl key OK", check=False)
        time.sleep(2)
        self.shot("6-erasing")
        time.sleep(15)
        (self.work / "known_hosts").unlink(missing_ok=True)
        self.box.wait_for_ssh(420)
        self.room_ready()
        self.expect(self.box.run("ls /var/lib/admin/note", check=False).returncode != 0, "an admin's file is still there")
        self.expect(self.box.run("cat /etc/machine-id").stdout != identity, "the machine's id is the same")
        self.expect("Image test" not in self.box.run("convenectl status room.name").stdout, "the room's name is still there")
        return "by a PIN and the number that the screen shows"
