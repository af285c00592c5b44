internal import CALSA
import MediaTypes

/// The volume control of a card, if it has one; closed when its owner ends.
struct MixerVolume: ~Copyable {
    private let mixer: Mixer
    private let element: OpaquePointer
    private let isCapture: Bool

    private struct Mixer: ~Copyable {
        let raw: OpaquePointer
        deinit { snd_mixer_close(raw) }
    }

    /// Quieter than this below the loudest is as good as silent (hundredths of a decibel).
    private static let usefulRange = 5000

    /// - Parameter names: of the card's control, the first that is there, else any that has a volume.
    ///
    /// Nil without names, and when the card is not there or has no volume in that direction.
    init?(card name: String, names: [String], isCapture: Bool) {
        guard !names.isEmpty, let card = try? SoundCard.find(name), let mixer = Self.open(card) else { return nil }
        let raw = mixer.raw
        let preferred = names.lazy.compactMap { Self.element($0, in: raw, isCapture: isCapture) }.first
        guard let element = preferred ?? Self.anyElement(in: raw, isCapture: isCapture) else { return nil }
        self.mixer = mixer
        self.element = element
        self.isCapture = isCapture
    }

    private static func open(_ card: SoundCard) -> Mixer? {
        var configuration: OpaquePointer?
        guard snd_config_load_string(&configuration, "ctl.room { type hw card \(card.number) }", 0) == 0,
            let configuration
        else { return nil }
        defer { snd_config_delete(configuration) }
        var control: OpaquePointer?
        guard snd_ctl_open_lconf(&control, "room", 0, configuration) == 0, let control else { return nil }
        var elements: OpaquePointer?
        guard snd_hctl_open_ctl(&elements, control) == 0, let elements else {
            snd_ctl_close(control)
            return nil
        }
        var raw: OpaquePointer?
        guard snd_mixer_open(&raw, 0) == 0, let raw else {
            snd_hctl_close(elements)
            return nil
        }
        let mixer = Mixer(raw: raw)
        guard snd_mixer_attach_hctl(raw, elements) == 0 else {
            snd_hctl_close(elements)
            return nil
        }
        guard snd_mixer_selem_register(raw, nil, nil) == 0, snd_mixer_load(raw) == 0 else { return nil }
        return mixer
    }

    private static func hasVolume(_ element: OpaquePointer, isCapture: Bool) -> Bool {
        (isCapture ? snd_mixer_selem_has_capture_volume(element) : snd_mixer_selem_has_playback_volume(element)) != 0
    }

    private static func element(_ name: String, in mixer: OpaquePointer, isCapture: Bool) -> OpaquePointer? {
        var identity: OpaquePointer?
        guard snd_mixer_selem_id_malloc(&identity) == 0 else { return nil }
        defer { snd_mixer_selem_id_free(identity) }
        snd_mixer_selem_id_set_index(identity, 0)
        snd_mixer_selem_id_set_name(identity, name)
        guard let found = snd_mixer_find_selem(mixer, identity) else { return nil }
        return hasVolume(found, isCapture: isCapture) ? found : nil
    }

    private static func anyElement(in mixer: OpaquePointer, isCapture: Bool) -> OpaquePointer? {
        var next = snd_mixer_first_elem(mixer)
        while let element = next {
            if hasVolume(element, isCapture: isCapture) { return element }
            next = snd_mixer_elem_next(element)
        }
        return nil
    }

    /// Sets all channels, so that equal steps sound equal: linear in decibels where the card knows them.
    ///
    /// 0 also switches the sound off, if the card has a switch; false when the card refuses.
    func set(percent: Int) -> Bool {
        let percent = min(max(percent, 0), 100)
        _ = snd_mixer_handle_events(mixer.raw)
        var low = 0
        var high = 0
        if decibels(&low, &high), high > low {
            let floor = max(low, high - Self.usefulRange)
            let wanted = percent == 0 ? low : floor + (high - floor) * percent / 100
            guard setDecibels(wanted) else { return false }
        } else {
            guard range(&low, &high), high > low, setRaw(low + (high - low) * percent / 100) else { return false }
        }
        setSwitch(percent > 0)
        return true
    }

    /// Switches the sound on, and raises it to 0 dB (three quarters of the range where the card knows no decibels) when
    /// it stands at its lowest, as some cards do from power-on. Any other level is its maker's or somebody's choice.
    func wake() {
        setSwitch(true)
        var low = 0
        var high = 0
        guard range(&low, &high), high > low, rawValue == low else { return }
        var quietest = 0
        var loudest = 0
        if decibels(&quietest, &loudest), quietest < 0, loudest >= 0, setDecibels(0) { return }
        _ = setRaw(low + (high - low) * 3 / 4)
    }

    /// Of the first channel.
    private var rawValue: Int? {
        var value = 0
        let result =
            isCapture
            ? snd_mixer_selem_get_capture_volume(element, SND_MIXER_SCHN_FRONT_LEFT, &value)
            : snd_mixer_selem_get_playback_volume(element, SND_MIXER_SCHN_FRONT_LEFT, &value)
        return result == 0 ? value : nil
    }

    private func decibels(_ low: inout Int, _ high: inout Int) -> Bool {
        let result =
            isCapture
            ? snd_mixer_selem_get_capture_dB_range(element, &low, &high)
            : snd_mixer_selem_get_playback_dB_range(element, &low, &high)
        return result == 0
    }

    private func setDecibels(_ value: Int) -> Bool {
        let result =
            isCapture
            ? snd_mixer_selem_set_capture_dB_all(element, value, 0)
            : snd_mixer_selem_set_playback_dB_all(element, value, 0)
        return result == 0
    }

    private func range(_ low: inout Int, _ high: inout Int) -> Bool {
        let result =
            isCapture
            ? snd_mixer_selem_get_capture_volume_range(element, &low, &high)
            : snd_mixer_selem_get_playback_volume_range(element, &low, &high)
        return result == 0
    }

    private func setRaw(_ value: Int) -> Bool {
        let result =
            isCapture
            ? snd_mixer_selem_set_capture_volume_all(element, value)
            : snd_mixer_selem_set_playback_volume_all(element, value)
        return result == 0
    }

    private func setSwitch(_ isOn: Bool) {
        if isCapture, snd_mixer_selem_has_capture_switch(element) != 0 {
            _ = snd_mixer_selem_set_capture_switch_all(element, isOn ? 1 : 0)
        } else if !isCapture, snd_mixer_selem_has_playback_switch(element) != 0 {
            _ = snd_mixer_selem_set_playback_switch_all(element, isOn ? 1 : 0)
        }
    }
}
