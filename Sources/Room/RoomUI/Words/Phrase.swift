/// Every sentence and word of the screen that has no parameters. Each language's `switch` names them all, so that a
/// missing translation does not compile.
package enum Phrase: Sendable, Hashable, CaseIterable {
    // Home.
    case call, contacts, recents, settings, standby, reachThisRoom, favourites, everyone
    // Dialling.
    case dialPrompt, space, noMatch, emptyFavourites, emptyRecents, emptyEveryone, missed, yesterday
    // Calls.
    case calling, ringing, incomingCall, answer, decline, cancel, callEnded, callAgain, close, onHold, heldByOther
    case encrypted, notEncrypted, soundOnly
    // The menu in a call.
    case mute, unmute, cameraTurnOff, cameraTurnOn, layout, selfViewShow, selfViewHide, volume, louder, softer
    case keypad, hold, resume, addCall, hangUp, tonesPrompt
    // Layouts.
    case layoutRemote, layoutCorner, layoutSideBySide, layoutGrid, layoutLocal
    // States.
    case microphoneOff, cameraOff, doNotDisturb
    // Settings.
    case language, theme, dark, light, on, off, thisRoom, address, board, version, network, noNetwork
    case camera, microphone, speaker, screen, working, missing, faulty
    // Notices.
    case pairing, pairingHelp, safeMode, safeModeHelp, safeModeLeave, nothingToShare, setUp, setUpHelp
    // Maintenance.
    case maintenance, logs, diagnostics, eraseRoom, logsHelp, diagnosticsHelp, eraseHelp, readingLogs, noLogs
    case writingDiagnostics, diagnosticsWritten, noStick, maintenanceFailed, erasing
    case enterPIN, wrongPIN, tooManyPINs, eraseNumber, wrongNumber, eraseNeedsPIN
    // Troubles of devices.
    case notRegistered
    case cameraMissing, cameraUnplugged, cameraBusy, cameraFailed
    case microphoneMissing, microphoneUnplugged, microphoneBusy, microphoneFailed
    case speakerMissing, speakerUnplugged, speakerBusy, speakerFailed
    case screenFailed
    case soundGoesOn, othersHearNothing, youHearNothing
    // In the others' picture, in place of ours.
    case cameraStarting, noCamera, cameraGone
    // Ends of calls.
    case endedHere, endedThere, declined, busy, noAnswer, notAvailable, unreachable, unknownAddress, callerGaveUp
    case noCommonMedia, callFailed
}
