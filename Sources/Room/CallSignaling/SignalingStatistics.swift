/// Counters of a `UserAgent` since its start.
package struct SignalingStatistics: Sendable, Equatable {
    package var requestsReceived = 0
    package var responsesReceived = 0
    package var requestsSent = 0
    package var responsesSent = 0
    /// Messages that we sent once more because nothing came back.
    package var retransmissionsSent = 0
    /// Requests that came once more.
    package var retransmissionsReceived = 0
    /// Datagrams and stream pieces that are no SIP message, answered with 400 or dropped.
    package var malformed = 0
    /// Responses and ACKs that fit nothing of ours, dropped.
    package var unmatched = 0
    /// Requests outside our calls that were refused: scanners, unknown methods and schemes, ended dialogs.
    package var refused = 0
    /// Requests refused or dropped because a bound of the configuration was reached.
    package var overload = 0
    /// Events dropped because the owner did not keep up.
    package var eventsDropped = 0
    package var callsPlaced = 0
    package var callsReceived = 0
    /// Calls now, both directions.
    package var callsActive = 0
    /// Transactions now, client and server.
    package var transactionsActive = 0
    /// TCP connections now, both directions.
    package var connectionsActive = 0
    /// UDP sockets that an error had closed and that were opened anew.
    package var datagramSocketsReopened = 0
    /// Requests that were too long for UDP and went over TCP (RFC 3261 §18.1.1).
    package var switchedToTCP = 0
    /// Of these, the ones for which TCP failed, so that they went over UDP after all.
    package var fellBackToUDP = 0
}
