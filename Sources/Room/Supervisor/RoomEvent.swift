package import CallSignaling
package import ControlProtocol
package import Directory
package import MediaPipelines
package import MediaTypes

/// All that can happen to a room, in one type: what the state machine is fed with.
package enum RoomEvent: Sendable {
    case device(DeviceKind, DeviceStateMachine.Event)
    /// What an open device is.
    case deviceDetails(DeviceKind, DeviceDetails)
    /// All devices that were there at the start have been announced.
    case settled
    /// The screen is open with this mode.
    case displayOpened(DisplayMode, DisplayCapabilities)

    // Wishes, from the control socket.
    case dial(address: String)
    case answer(number: Int)
    case hangUp(number: Int)
    case hold(number: Int, Bool)
    case mute(Bool)
    case volume(Int)
    case cameraEnabled(Bool)
    case layout(DisplayLayout)
    case standby(Bool)
    case doNotDisturb(Bool)
    /// Nil leaves it.
    case safeMode(SafeMode?)
    /// Quiet hours have begun or ended.
    case quiet(Bool)
    /// A call has rung as long as it does before it is answered by itself.
    case autoAnswerDue(number: Int)

    // What became of calls.
    case placed(number: Int, CallID)
    case placingFailed(number: Int, sentence: String)
    case incoming(IncomingCall)
    case ringing(CallID)
    case answered(CallID)
    case established(CallID)
    case remoteHold(CallID, Bool)
    case ended(CallID, EndReason)
    /// Media could not be set up: no common codec, no ports.
    case mediaFailed(number: Int, sentence: String)
    /// The far end's media stopped, or its RTCP said goodbye.
    case media(number: Int, MediaEvent)
    /// The directory knows who the far end is.
    case nameKnown(number: Int, String)
    /// What is wrong with the directory's file; nil when nothing is.
    case contactsTrouble(String?)
}

/// What the supervisor shall do, in order.
package enum RoomAction: Sendable, Equatable {
    case device(DeviceKind, DeviceStateMachine.Action)
    /// Devices begin or cease to be needed.
    case stream(DeviceKind, Bool)

    case place(number: Int, address: String)
    case ring(number: Int)
    case accept(number: Int)
    case refuse(number: Int, status: Int)
    case hangUp(number: Int)
    case offerHold(number: Int, Bool)
    case startMedia(number: Int)
    case endMedia(number: Int)
    /// Asks the directory who the far end is, beside everything else.
    case lookUpName(number: Int)
    /// The call is over and belongs into the history.
    case keepInHistory(number: Int, CallOutcome)

    /// Feeds `autoAnswerDue` after so many seconds.
    case countDown(number: Int, seconds: Int)
    /// Percent.
    case setTone(RoomTone, volume: Int)
    case setMuted(Bool)
    case setVolume(Int)
    case setCameraEnabled(Bool)
    case arrangeScreen
    case setScreenActive(Bool)
    /// Something that status shows has changed.
    case publish
}
