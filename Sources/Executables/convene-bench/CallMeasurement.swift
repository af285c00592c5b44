import LinuxSystem
import PeerSupport

/// What one side of a call used and brought about, whatever program it is.
struct CallMeasurement: Sendable {
    var idleResident = 0.0
    var idlePeakResident = 0.0
    /// Seconds of processor time per second.
    var idleProcessor = 0.0
    var idleSwitches = 0.0
    var callProcessor = 0.0
    var callPeakResident = 0.0
    var byThread: [(name: String, processor: Double)] = []
    /// Pictures decoded per 300 that were due.
    var decodedOf300 = 0.0
    /// From the INVITE, in milliseconds; nil when packets could not be watched.
    var firstVideoPacket: Double?
    var firstDecodedPicture: Double?

    mutating func note(idle first: ProcessUsage, _ last: ProcessUsage) {
        let rate = ProcessUsageRate(from: first, to: last)
        idleResident = Double(last.residentBytes) / 1e6
        idlePeakResident = Double(last.peakResidentBytes) / 1e6
        idleProcessor = rate.threadProcessor
        idleSwitches = rate.switches
    }

    mutating func note(call first: ProcessUsage, _ last: ProcessUsage) {
        let rate = ProcessUsageRate(from: first, to: last)
        callProcessor = rate.processor
        callPeakResident = Double(last.peakResidentBytes) / 1e6
        byThread = rate.byThread
    }

    /// The times of a call's set-up as an observer on the network saw them.
    mutating func note(_ times: PacketWatch.Times?, decodedAt: Double?) {
        guard let invite = times?.invite else { return }
        firstVideoPacket = times?.firstVideo.map { Double($0 - invite) / 1e6 }
        firstDecodedPicture = decodedAt
    }
}
