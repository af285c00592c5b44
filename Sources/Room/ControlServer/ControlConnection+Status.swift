import ControlProtocol

/// The methods that the server answers without the room.
extension ControlConnection {
    func performOwn(
        _ method: ControlMethod, parameters: ControlParameters,
        completion: @escaping (Result<JSONValue, ControlError>) -> Void
    ) {
        switch method {
        case .statusGet:
            withStatus(at: parameters) { status, path in
                guard let value = status.value(at: path) else { return .failure(Self.missing(path, in: status)) }
                return .success(["path": .string(path.description), "value": value])
            } completion: {
                completion($0)
            }
        case .statusSubscribe:
            withStatus(at: parameters) { [self] in
                subscribe(status: $0, path: $1)
            } completion: {
                completion($0)
            }
        case .statusUnsubscribe:
            completion(unsubscribe(parameters.integer("subscription") ?? 0))
        case .accessUnlock: unlock(pin: parameters.string("pin") ?? "", completion: completion)
        case .accessLock: completion(lock())
        case .eventsSubscribe: completion(subscribeToEvents(parameters))
        case .eventsUnsubscribe: completion(unsubscribeFromEvents(parameters.integer("subscription") ?? 0))
        default:
            completion(Self.describe(parameters.string("method")))
        }
    }

    private func withStatus(
        at parameters: ControlParameters,
        _ body: @escaping (StatusTree, StatusPath) -> Result<JSONValue, ControlError>,
        completion: @escaping (Result<JSONValue, ControlError>) -> Void
    ) {
        let text = parameters.string("path") ?? ""
        guard let path = StatusPath(parsing: text) else {
            let message = "\(ControlField.shortened(.string(text))) is no path: names joined by single points."
            completion(.failure(ControlError(.invalidParameters, message, data: ["parameter": "path"])))
            return
        }
        run(
            { [handler] in await handler.currentStatus() },
            then: { [state] status in completion(body(status ?? state.newestStatus, path)) })
    }

    private func subscribe(status: StatusTree, path: StatusPath) -> Result<JSONValue, ControlError> {
        let limit = state.configuration.maximumSubscriptions
        guard subscriptions.count + eventSubscriptions.count < limit else {
            let message = "This client holds \(limit) subscriptions, as many as it may; end one of them."
            return .failure(ControlError(.tooMany, message))
        }
        // What is deeper may come and go, such as a call; the first name is always there or misspelt.
        if let first = path.components.first, status.value(at: StatusPath([first])) == nil {
            return .failure(Self.missing(path, in: status))
        }
        let subscription = Subscription(number: state.nextSubscriptionNumber(), path: path, snapshot: status)
        subscriptions[subscription.number] = subscription
        state.subscriptionsChanged(by: 1)
        return .success(subscription.snapshot)
    }

    private func unsubscribe(_ number: Int64) -> Result<JSONValue, ControlError> {
        guard subscriptions.removeValue(forKey: number) != nil else {
            return .failure(ControlError(.notFound, "This client has no subscription \(number)."))
        }
        state.subscriptionsChanged(by: -1)
        return .success(["subscription": .integer(number)])
    }

    private static func describe(_ name: String?) -> Result<JSONValue, ControlError> {
        guard let name else { return .success(ControlMethod.interface()) }
        guard let method = ControlMethod(rawValue: name) else {
            let nearest = Spelling.nearest(to: name, among: ControlMethod.allCases.map(\.rawValue))
            let hint = nearest.map { "; did you mean \($0)?" } ?? "; describe without a method lists them."
            let message = "There is no method \(ControlField.shortened(.string(name)))\(hint)"
            return .failure(ControlError(.notFound, message))
        }
        return .success(ControlMethod.interface(of: method))
    }

    private static func missing(_ path: StatusPath, in status: StatusTree) -> ControlError {
        guard let (known, missing, names) = status.alternatives(to: path) else {
            return ControlError(.notFound, "There is no \(path) in status.")
        }
        let place = known == .root ? "in status" : "at \(known)"
        var message = "There is no \(ControlField.shortened(.string(missing))) \(place)"
        if let nearest = Spelling.nearest(to: missing, among: names) {
            message += "; did you mean \(known.appending(nearest))?"
        } else if names.isEmpty {
            message += "; nothing stands below it."
        } else {
            message += "; there is \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? " …" : ".")"
        }
        return ControlError(.notFound, message, data: ["path": .string(path.description)])
    }
}
