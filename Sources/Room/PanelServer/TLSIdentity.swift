internal import COpenSSL
import Glibc
import LinuxSystem
import NIOSSL

/// The certificate and key with which the panel proves who it is.
struct TLSIdentity {
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey
    /// SHA-256 of the certificate, as browsers show it: pairs of digits with colons.
    let fingerprint: String

    /// When the certificate ends, in seconds since 1970.
    var ends: Int64 { chain.first.map { Int64($0.notValidAfter) } ?? 0 }

    /// Reads PEM files.
    init(certificate: String, key keyFile: String) throws(PanelError) {
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw .certificate(file: certificate, reason: Self.reason(certificate, error))
        }
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw .certificate(file: keyFile, reason: Self.reason(keyFile, error))
        }
        guard let first = chain.first, let der = try? first.toDERBytes() else {
            throw .certificate(file: certificate, reason: "there is no certificate in it")
        }
        let digits = Array(Secrets.hexadecimal(Secrets.sha256(der)).uppercased())
        fingerprint = stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
            .joined(separator: ":")
    }

    /// The box's own identity in a folder; made there when there is none, or when it ends within 30 days.
    ///
    /// - Parameter names: host names that it speaks for.
    static func own(folder: String, names: [String], now: Int64) throws(PanelError) -> TLSIdentity {
        let certificate = "\(folder)/panel.crt"
        let key = "\(folder)/panel.key"
        if access(certificate, F_OK) == 0, access(key, F_OK) == 0 {
            let identity = try TLSIdentity(certificate: certificate, key: key)
            if identity.ends - now > 30 * 24 * 3600 { return identity }
        }
        guard let made = SelfSigned.make(names: names) else {
            throw .certificate(file: certificate, reason: "OpenSSL could not make a certificate")
        }
        do throws(SystemError) {
            try AtomicFile.replace(key, with: made.key, permissions: 0o600)
            try AtomicFile.replace(certificate, with: made.certificate, permissions: 0o644)
        } catch {
            throw .certificate(file: certificate, reason: "\(error)")
        }
        return try TLSIdentity(certificate: certificate, key: key)
    }

    private static func reason(_ file: String, _ error: any Error) -> String {
        if access(file, R_OK) != 0 { return SystemError(operation: "open(\(file))", errno: errno).description }
        return "it is not a PEM file of that kind (\(error))"
    }
}

/// A certificate that the box makes for itself: ECDSA on P-256, signed by its own key, for two years.
enum SelfSigned {
    /// Certificate and key as PEM; nil when the library fails.
    static func make(names: [String]) -> (certificate: [UInt8], key: [UInt8])? {
        guard let key = convene_p256_key(), let certificate = X509_new() else { return nil }
        defer {
            EVP_PKEY_free(key)
            X509_free(certificate)
        }
        let names = names.filter(isHostName)
        let common = Array((names.first ?? "convene-panel").prefix(64).utf8)
        guard let number = BN_bin2bn([0x40] + Secrets.random(15), 16, nil) else { return nil }
        defer { BN_free(number) }
        let subject = X509_get_subject_name(certificate)
        let alternatives = (names + ["localhost"]).map { "DNS:\($0)" }.joined(separator: ",")
        guard X509_set_version(certificate, 2) == 1,
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil,
            X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nil,
            X509_gmtime_adj(X509_getm_notAfter(certificate), 730 * 24 * 3600) != nil,
            X509_set_pubkey(certificate, key) == 1,
            X509_NAME_add_entry_by_txt(subject, "CN", convene_mbstring_utf8, common, Int32(common.count), -1, 0) == 1,
            X509_set_issuer_name(certificate, subject) == 1,
            convene_add_extension(certificate, convene_nid_basic_constraints, "critical,CA:FALSE") == 1,
            convene_add_extension(certificate, convene_nid_key_usage, "critical,digitalSignature") == 1,
            convene_add_extension(certificate, convene_nid_ext_key_usage, "serverAuth") == 1,
            convene_add_extension(certificate, convene_nid_subject_alt_name, alternatives) == 1,
            X509_sign(certificate, key, EVP_sha256()) > 0
        else { return nil }
        guard let text = pem({ PEM_write_bio_X509($0, certificate) }),
            let secret = pem({ PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) })
        else { return nil }
        return (text, secret)
    }

    private static func pem(_ write: (OpaquePointer) -> Int32) -> [UInt8]? {
        guard let bio = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(bio) }
        guard write(bio) == 1 else { return nil }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = convene_bio_bytes(bio, &bytes)
        guard let bytes, count > 0 else { return nil }
        return UnsafeBufferPointer(start: bytes, count: Int(count)).map { UInt8(bitPattern: $0) }
    }

    private static func isHostName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 253
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
    }
}
