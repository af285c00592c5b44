import ControlProtocol

extension RoomSchema {
    static let account = ConfigurationField(
        group: "account",
        [
            ConfigurationField(
                "address", .string(maximumLength: 253), default: "", check: ConfigurationCheck.accountAddress,
                "The room's address at a registrar, such as sip:room7@example.org; empty for none."),
            ConfigurationField(
                "server", .string(maximumLength: 253), default: "", check: ConfigurationCheck.accountServer,
                "The registrar, such as pbx.example.org or sip:192.0.2.1:5080;transport=tcp; empty for the address's domain."
            ),
            ConfigurationField(
                "user", .string(maximumLength: 253), default: "",
                "The name that the registrar asks for; empty for that of the address."),
            ConfigurationField(
                "password", .string(maximumLength: 256), default: "", hidesWrongValue: true,
                check: ConfigurationCheck.secretReference,
                "Where the password is: file:NAME or credential:NAME, never the password itself; empty for none."),
            ConfigurationField(
                "lifetime", .integer(60...86_400), unit: "s", default: 600,
                "For how long a registration is asked; it is renewed half a minute before it ends."),
        ], "The account under which a registrar (a telephone system, a SIP service) reaches the room.")
}
