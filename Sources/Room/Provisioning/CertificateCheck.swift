internal import COpenSSL
import Glibc
import LinuxSystem

/// Says whether a certificate and its key can be used, before anything relies on them.
package enum CertificateCheck {
    /// Nil when certificate and key are good; else a phrase such as "ended at 2026-01-01T00:00:00Z".
    ///
    /// - Parameters:
    ///   - key: nil when only the certificate is there, as of an authority.
    ///   - now: seconds since 1970.
    package static func complaint(certificate: String, key: String?, now: Int64) -> String? {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try SmallFile.read(certificate, maximum: 256 * 1024) } catch {
            return "\(certificate) cannot be read: \(SystemError.name(of: error.errno))"
        }
        guard let first = readCertificate(bytes) else { return "\(certificate) is no certificate in PEM form" }
        defer { X509_free(first) }
        guard let starts = seconds(X509_get0_notBefore(first)), let ends = seconds(X509_get0_notAfter(first)) else {
            return "\(certificate) has no time for which it holds"
        }
        if ends < now { return "\(certificate) ended at \(UTCTime.text(ends)); renew it" }
        if starts > now { return "\(certificate) holds from \(UTCTime.text(starts)) on only; is the clock right?" }
        guard let key else { return nil }
        return keyComplaint(key, first, certificate)
    }

    private static func keyComplaint(_ key: String, _ certificate: OpaquePointer, _ name: String) -> String? {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try SmallFile.read(key, maximum: 64 * 1024) } catch {
            return "\(key) cannot be read: \(SystemError.name(of: error.errno))"
        }
        guard let secret = readKey(bytes) else {
            return "\(key) is no private key in PEM form without a password"
        }
        defer { EVP_PKEY_free(secret) }
        return X509_check_private_key(certificate, secret) == 1 ? nil : "\(key) is not the key of \(name)"
    }

    private static func readCertificate(_ bytes: [UInt8]) -> OpaquePointer? {
        guard let bio = BIO_new_mem_buf(bytes, Int32(clamping: bytes.count)) else { return nil }
        defer {
            BIO_free(bio)
            ERR_clear_error()
        }
        return PEM_read_bio_X509(bio, nil, nil, nil)
    }

    private static func readKey(_ bytes: [UInt8]) -> OpaquePointer? {
        guard let bio = BIO_new_mem_buf(bytes, Int32(clamping: bytes.count)) else { return nil }
        defer {
            BIO_free(bio)
            ERR_clear_error()
        }
        // An empty answer for the password: without it the library would ask at the terminal.
        return PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in 0 }, nil)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Int64(timegm(&parts))
    }
}
