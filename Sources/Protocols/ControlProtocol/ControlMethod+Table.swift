extension ControlMethod {
    /// What the method takes, gives and refuses.
    package var description: ControlMethodDescription {
        switch self {
        case .describe:
            ControlMethodDescription(
                self, "Lists every method with its parameters, results, errors and roles.", role: .observer,
                parameters: [
                    ControlField("method", .string(maximumLength: 64), "Only this method.")
                ],
                result: [
                    ControlField("methods", .list(.any, maximumCount: 256), "One description a method."),
                    ControlField("errors", .list(.any, maximumCount: 256), "Every error code with its meaning."),
                    ControlField("notifications", .list(.any, maximumCount: 16), "What a subscription brings."),
                    ControlField("events", .list(.any, maximumCount: 256), "What events.subscribe tells of."),
                    ControlField("roles", .list(.string(maximumLength: 16), maximumCount: 8), "From the least up."),
                    ControlField("protocol", .string(maximumLength: 64), "What is spoken, in words."),
                ])
        case .statusGet:
            ControlMethodDescription(
                self, "Gives the status of the room, or the part of it at a path.", role: .observer,
                parameters: [Self.pathField],
                result: [
                    ControlField("path", .string(maximumLength: 256), "The path asked for."),
                    ControlField("value", .any, "What stands there."),
                ],
                errors: [.notFound])
        case .statusSubscribe:
            ControlMethodDescription(
                self, "Gives the status at a path and then every change of it as status.changed.", role: .observer,
                parameters: [Self.pathField],
                result: [
                    ControlField("subscription", .integer(1...Int64.max), "The number to unsubscribe with."),
                    ControlField("sequence", .integer(0...Int64.max), "0; the first change has 1."),
                    ControlField("path", .string(maximumLength: 256), "The path asked for."),
                    ControlField("value", .any, "What stands there now, null when nothing does."),
                ],
                errors: [.notFound, .tooMany])
        case .statusUnsubscribe:
            ControlMethodDescription(
                self, "Ends a subscription.", role: .observer,
                parameters: [
                    ControlField(
                        "subscription", .integer(1...Int64.max), required: true,
                        "The number that status.subscribe gave.")
                ],
                result: [ControlField("subscription", .integer(1...Int64.max), "The one that ended.")],
                errors: [.notFound])
        case .eventsSubscribe, .eventsUnsubscribe:
            eventDescription
        case .configGet, .configSet:
            configDescription
        case .configReload:
            reloadDescription
        case .displayMessage:
            messageDescription
        case .callDial, .callAnswer, .callHangup, .callHold, .callResume, .callDTMF:
            callDescription
        case .cameraPreset:
            Self.presetDescription
        case .audioMute, .audioVolume, .cameraSet, .displayLayout, .screenCapture, .keyPress:
            roomDescription
        case .directorySearch, .directoryGet, .directoryAdd, .directoryEdit, .directoryRemove, .directoryImport,
            .directoryExport, .historyList, .historyClear, .historySeen:
            contactDescription
        case .roomDoNotDisturb:
            ControlMethodDescription(
                self, "Lets nobody through, or everybody again: who calls hears busy and is listed as missed.",
                role: .operator,
                parameters: [
                    ControlField("enabled", .boolean, "true lets nobody through; left out: the other of the two.")
                ],
                result: [ControlField("enabled", .boolean, "Whether nobody is let through now.")])
        case .displayTV:
            Self.televisionDescription
        case .displaySelfview, .keyType, .roomStandby, .roomSafeMode:
            screenDescription
        case .accessUnlock, .accessLock, .panelPairing:
            accessDescription
        }
    }

    private static let pathField = ControlField(
        "path", .string(maximumLength: 256), default: "",
        "Names joined by points, such as calls.1.video.send; empty for everything.")

    private static let callField = ControlField(
        "call", .integer(1...Int64.max), "The call's number; left out: the one that it can only be meant for.")

    private static let callResult = [ControlField("call", .integer(1...Int64.max), "The call's number in status.")]

    private var configDescription: ControlMethodDescription {
        switch self {
        case .configSet:
            ControlMethodDescription(
                self, "Changes one setting of the room and keeps it in room.yaml.", role: .admin,
                parameters: [
                    ControlField(
                        "path", .string(maximumLength: 256), required: true,
                        "The setting, such as audio.volume; config.get lists them."),
                    ControlField(
                        "value", .any, required: true, "The new value; null goes back to what holds by default."),
                ],
                result: [
                    ControlField("path", .string(maximumLength: 256), "The setting."),
                    ControlField("value", .any, "What it holds now."),
                    ControlField(
                        "effect", .choice(["now", "next call", "restart"]), "When it begins to count."),
                ],
                errors: [.invalidConfiguration, .inputOutput])
        default:
            ControlMethodDescription(
                self, "Gives the settings of the room with what each may hold.", role: .operator,
                parameters: [
                    ControlField(
                        "path", .string(maximumLength: 256), default: "",
                        "A setting or a group such as audio; empty for all.")
                ],
                result: [
                    ControlField("path", .string(maximumLength: 256), "The path asked for."),
                    ControlField("value", .any, "The setting or the group."),
                    ControlField(
                        "settings", .list(.any, maximumCount: 256), "Type, unit, range and default of each setting."),
                ],
                errors: [.invalidConfiguration])
        }
    }

    private var callDescription: ControlMethodDescription {
        switch self {
        case .callDial:
            ControlMethodDescription(
                self, "Calls another room.", role: .operator,
                parameters: [
                    ControlField(
                        "address", .string(maximumLength: 512), required: true,
                        "A SIP address such as sip:room@host or room@192.0.2.7:5062.")
                ],
                result: Self.callResult, errors: [.busy, .callFailed])
        case .callAnswer:
            ControlMethodDescription(
                self, "Answers the call that rings.", role: .operator, parameters: [Self.callField],
                result: Self.callResult, errors: [.wrongState, .notFound, .busy])
        case .callHold:
            ControlMethodDescription(
                self, "Puts a call on hold: nothing is sent or shown until it is resumed.", role: .operator,
                parameters: [Self.callField], result: Self.callResult, errors: [.wrongState, .notFound])
        case .callResume:
            ControlMethodDescription(
                self, "Takes a call back from hold.", role: .operator, parameters: [Self.callField],
                result: Self.callResult, errors: [.wrongState, .notFound])
        case .callDTMF:
            ControlMethodDescription(
                self, "Sends tones into a call.", role: .operator,
                parameters: [
                    ControlField(
                        "digits", .string(maximumLength: 64), required: true,
                        "0 to 9, A to D, * and #; a comma waits half a second."),
                    Self.callField,
                ],
                result: Self.callResult, errors: [.wrongState, .notFound, .notSupported])
        default:
            ControlMethodDescription(
                self, "Ends a call, refuses the one that rings or gives up the one that is being made.",
                role: .operator, parameters: [Self.callField], result: Self.callResult,
                errors: [.wrongState, .notFound])
        }
    }

    private var roomDescription: ControlMethodDescription {
        switch self {
        case .audioMute:
            ControlMethodDescription(
                self, "Mutes or opens the microphone.", role: .operator,
                parameters: [
                    ControlField("muted", .boolean, "true mutes, false opens; left out: the other of the two.")
                ],
                result: [ControlField("muted", .boolean, "Whether the microphone is muted now.")])
        case .audioVolume:
            ControlMethodDescription(
                self, "Sets or changes the volume of the speaker.", role: .operator,
                parameters: [
                    ControlField("level", .integer(0...100), unit: "percent", "The new volume."),
                    ControlField("change", .integer(-100...100), unit: "percent", "How much louder or softer."),
                ],
                alternatives: [["level"], ["change"]],
                result: [ControlField("level", .integer(0...100), unit: "percent", "The volume now.")])
        case .cameraSet:
            ControlMethodDescription(
                self, "Sets a control of the camera, or switches its picture on or off.", role: .operator,
                parameters: [
                    ControlField(
                        "control", .string(maximumLength: 64),
                        "The control's name as status lists it at camera.controls, such as zoom."),
                    ControlField("value", .integer(ControlValueType.anyInteger), "The control's new value."),
                    ControlField("enabled", .boolean, "false sends a slate in place of the picture, true the picture."),
                ],
                alternatives: [["control", "value"], ["enabled"]],
                result: [
                    ControlField("control", .string(maximumLength: 64), "The control."),
                    ControlField("value", .integer(ControlValueType.anyInteger), "What the camera took."),
                    ControlField("enabled", .boolean, "Whether the picture is sent."),
                ],
                errors: [.notFound, .deviceMissing, .inputOutput])
        case .displayLayout:
            ControlMethodDescription(
                self, "Chooses how the pictures share the screen.", role: .operator,
                parameters: [
                    ControlField(
                        "layout", .choice(DisplayLayout.allCases.map(\.rawValue)), "Left out: the one that follows.")
                ],
                result: [
                    ControlField("layout", .choice(DisplayLayout.allCases.map(\.rawValue)), "The layout now.")
                ])
        case .screenCapture:
            ControlMethodDescription(
                self, "Takes a picture of the screen as PNG.", role: .operator,
                parameters: [
                    ControlField(
                        "path", .string(maximumLength: 4096), role: .admin,
                        "The file that the terminal writes, from the root folder down."),
                    ControlField("inline", .boolean, "true brings the file in the answer."),
                ],
                alternatives: [["path"], ["inline"]],
                result: [
                    ControlField("width", .integer(1...65536), unit: "pixels", "The picture's width."),
                    ControlField("height", .integer(1...65536), unit: "pixels", "The picture's height."),
                    ControlField("bytes", .integer(0...Int64.max), unit: "bytes", "The size of the file."),
                    ControlField("path", .string(maximumLength: 4096), "The file written."),
                    ControlField("png", .string(maximumLength: 64 << 20), "The file in base64 (RFC 4648 §4)."),
                ],
                errors: [.deviceMissing, .inputOutput])
        default:
            ControlMethodDescription(
                self, "Presses a key of the remote.", role: .operator,
                parameters: [
                    ControlField("key", .choice(ControlKey.allCases.map(\.rawValue)), required: true, "The key."),
                    ControlField(
                        "repeat", .boolean, default: false,
                        "true when the key is still held: it moves the focus, never chooses or switches anything."),
                ],
                result: [ControlField("key", .choice(ControlKey.allCases.map(\.rawValue)), "The key.")])
        }
    }
}

extension ControlMethod {
    /// The answer to `describe`: everything, or one method.
    package static func interface(of method: ControlMethod? = nil) -> JSONValue {
        let methods = method.map { [$0] } ?? allCases
        return [
            "protocol": "JSON-RPC 2.0, one object a line",
            "methods": .array(methods.map(\.description.json)),
            "notifications": .array(
                notifications.map {
                    [
                        "method": .string($0.name), "summary": .string($0.summary),
                        "parameters": .array($0.fields.map(\.json)),
                    ]
                }),
            "events": eventList,
            "errors": .array(
                ControlErrorCode.table.map {
                    [
                        "code": .integer(Int64($0.code.rawValue)), "name": .string($0.name),
                        "summary": .string($0.summary),
                    ]
                }),
            "roles": .array(ControlRole.allCases.map { .string($0.rawValue) }),
        ]
    }

    /// What subscriptions bring.
    package static let notifications: [(name: String, summary: String, fields: [ControlField])] = [
        (statusChanged, "What changed in status since the last one, in the order to apply it.", statusFields),
        (eventNotification, "Something happened in the room.", eventNotificationFields),
    ]

    private static let statusFields = [
        ControlField("subscription", .integer(1...Int64.max), required: true, "The subscription's number."),
        ControlField("sequence", .integer(1...Int64.max), required: true, "One more than the last one's."),
        ControlField(
            "changes",
            .list(
                .object([
                    ControlField("path", .string(maximumLength: 1024), required: true, "Where in status."),
                    ControlField("value", .any, "What stands there now."),
                    ControlField("removed", .boolean, "true where nothing does any more."),
                ]), maximumCount: 1 << 20), required: true,
            "Each with a path and a value, or with a path and removed: true."),
    ]
}
