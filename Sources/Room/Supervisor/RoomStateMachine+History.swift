import CallSignaling
import Directory

extension RoomStateMachine {
    /// What the history says of a call that ends.
    ///
    /// - Parameters:
    ///   - record: the call as it was before.
    ///   - reason: why signalling ended it; nil when it failed here.
    static func outcome(of record: CallRecord, _ reason: EndReason?) -> CallOutcome {
        guard let reason else { return record.phase == .established ? .answered : .failed }
        if record.phase == .established || record.phase == .connecting { return .answered }
        switch (record.isIncoming, reason) {
        case (true, .localHangup): return .refused
        case (true, .cancelled), (true, .noAnswer), (true, .remoteHangup), (true, .shutdown): return .missed
        case (true, _): return .failed
        case (false, .rejected(let status, _)):
            switch status {
            case 486, 600: return .busy
            case 403, 603, 607: return .refused
            default: return .failed
            }
        case (false, _): return .failed
        }
    }
}
