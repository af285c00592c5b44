import ControlProtocol

/// Follows one outgoing call in status until it stands or has failed. Pure: trees in, lines and an outcome out.
struct CallProgress {
    enum Outcome: Equatable {
        case established
        /// With the terminal's sentence why.
        case failed(String)
    }

    let call: Int64
    private var state: String?

    init(call: Int64) {
        self.call = call
    }

    /// What is new in a tree whose `calls` are known.
    mutating func update(_ tree: StatusTree) -> (line: String?, outcome: Outcome?) {
        let path = StatusPath(["calls", String(call)])
        guard let status = tree.value(at: path) else {
            // Only a call that was there can be gone.
            return state == nil ? (nil, nil) : (nil, .failed("The call is gone; the terminal does not say why."))
        }
        let next = status["state"]?.stringValue ?? ""
        guard next != state else { return (nil, nil) }
        state = next
        switch next {
        case "dialling": return ("Calling \(Printable.text(status["address"]?.stringValue ?? "")).", nil)
        case "ringing_out": return ("It rings over there.", nil)
        case "connecting": return ("Answered.", nil)
        case "established": return ("Call \(call) stands.", .established)
        case "ended":
            return (nil, .failed(status["reason"]?.stringValue ?? "The call ended; the terminal does not say why."))
        default: return ("The call is \(Printable.text(next)).", nil)
        }
    }
}
