/// What has to be told that its files changed.
package enum ReloadAction: Sendable, Hashable {
    case run([String])
    /// sethostname(2).
    case hostname

    /// In words, for reports.
    package var description: String {
        switch self {
        case .run(let words): words.joined(separator: " ")
        case .hostname: "set the host name"
        }
    }

    /// What changed paths ask for, in the order in which it is done: the network last, since it may cut who asked.
    package static func actions(forChanged paths: [String], rendered entries: [RenderedEntry]) -> [ReloadAction] {
        let changed = Set(paths)
        let present = Set(entries.map(\.path))
        var actions: [ReloadAction] = []
        if changed.contains(RenderedPath.hostname) { actions.append(.hostname) }
        if changed.contains(RenderedPath.timeSync) {
            actions.append(.run(["systemctl", "--no-block", "try-restart", "systemd-timesyncd.service"]))
        }
        if changed.contains(RenderedPath.chrony) { actions.append(.run(["chronyc", "reload", "sources"])) }
        if changed.contains(RenderedPath.firewall) {
            actions.append(.run(["systemctl", "--no-block", "try-reload-or-restart", RenderedPath.firewallUnit]))
        }
        if changed.contains(RenderedPath.proxy) {
            actions.append(.run(["systemctl", "--no-block", "try-restart", RenderedPath.updaterUnit]))
        }
        if changed.contains(RenderedPath.remote) {
            actions.append(.run(["systemctl", "--no-block", "try-restart", "convene-remote.service"]))
        }
        if changed.contains(RenderedPath.metrics) {
            actions.append(.run(["systemctl", "daemon-reload"]))
            let verb = present.contains(RenderedPath.metrics) ? "restart" : "stop"
            actions.append(.run(["systemctl", "--no-block", verb, "convene-metrics.socket"]))
        }
        if changed.contains(RenderedPath.admission) || changed.contains(RenderedPath.admissionInterface) {
            let verb = present.contains(RenderedPath.admission) ? "restart" : "stop"
            actions.append(.run(["systemctl", "--no-block", verb, "convene-8021x.service"]))
        }
        if paths.contains(where: { $0.hasPrefix("\(RenderedPath.network)/") }) {
            actions.append(.run(["networkctl", "reload"]))
        }
        return actions
    }
}
