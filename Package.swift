// swift-tools-version: 6.2
import PackageDescription

// Convene: the target map of ARCHITECTURE.md. Arrows go down only; ArchitectureTests holds them to it.

let common: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

enum Room: String {
    case platform = "Platform"
    case protocols = "Protocols"
    case media = "Media"
    case adapters = "Adapters"
    case room = "Room"
}

func library(_ room: Room, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(room.rawValue)/\(name)", swiftSettings: common)
}

func cLibrary(_ name: String, pkgConfig: String? = nil, apt: [String] = []) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig,
        providers: apt.isEmpty ? nil : [.apt(apt)])
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/Executables/\(name)", swiftSettings: common)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests",
        exclude: exclude, swiftSettings: common)
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let cLibraries: [Target] = [
    cLibrary("CLinux", apt: ["linux-libc-dev"]),
    cLibrary("CV4L2", apt: ["linux-libc-dev"]),
    cLibrary("CInput", apt: ["linux-libc-dev"]),
    cLibrary("CCEC", apt: ["linux-libc-dev"]),
    cLibrary("CUdev", pkgConfig: "libudev", apt: ["libudev-dev"]),
    cLibrary("CDRM", pkgConfig: "libdrm", apt: ["libdrm-dev"]),
    cLibrary("CALSA", pkgConfig: "alsa", apt: ["libasound2-dev"]),
    cLibrary("CX264", apt: ["libx264-dev"]),
    cLibrary("CAVCodec", apt: ["libavcodec-dev"]),
    cLibrary("COpus", pkgConfig: "opus", apt: ["libopus-dev"]),
    cLibrary("CSpeexDSP", pkgConfig: "speexdsp", apt: ["libspeexdsp-dev"]),
    cLibrary("CYUV", apt: ["libyuv-dev"]),
    cLibrary("CYAML", apt: ["libyaml-dev"]),
    cLibrary("CSQLite", apt: ["libsqlite3-dev"]),
    cLibrary("CGLib", pkgConfig: "glib-2.0", apt: ["libglib2.0-dev"]),
    cLibrary("CCrypt", apt: ["libcrypt-dev"]),
    cLibrary("COpenSSL", pkgConfig: "libcrypto", apt: ["libssl-dev"]),
    cLibrary("CPango", pkgConfig: "pangocairo", apt: ["libpango1.0-dev", "libcairo2-dev"]),
]

let platform: [Target] = [
    .target(name: "CDatagrams", path: "Sources/CLibraries/CDatagrams"),
    .target(name: "CLoadedLibraries", path: "Sources/CLibraries/CLoadedLibraries"),
    library(.platform, "LinuxSystem", ["CLinux", "CDatagrams", "CLoadedLibraries"]),
    library(.platform, "RealtimeSupport", ["LinuxSystem", "CLinux"]),
    library(.platform, "PasswordHashing", ["CCrypt", "LinuxSystem"]),
    library(.platform, "V4L2Device", ["LinuxSystem", "CV4L2"]),
]

let protocols: [Target] = [
    library(.protocols, "RTP"),
    library(.protocols, "RTCP", ["RTP"]),
    library(.protocols, "H264Bitstream"),
    library(.protocols, "RTPPayload", ["RTP", "H264Bitstream"]),
    library(.protocols, "SDP", ["RTP", "RTPPayload", "H264Bitstream"]),
    library(.protocols, "SIP"),
    library(.protocols, "CEC"),
    library(.protocols, "ControlProtocol"),
]

let media: [Target] = [
    library(.media, "MediaTypes", ["LinuxSystem", "RealtimeSupport"]),
    library(.media, "Composition", ["MediaTypes", "RealtimeSupport", "CYUV"]),
    library(
        .media, "MediaPipelines",
        [
            "MediaTypes", "Composition", "RealtimeSupport", "LinuxSystem", "RTP", "RTCP", "RTPPayload", "H264Bitstream",
            "CSpeexDSP", "CLinux",
        ]),
]

let adapters: [Target] = [
    library(.adapters, "DeviceMonitor", ["LinuxSystem", "RealtimeSupport", "CUdev"]),
    library(.adapters, "V4L2Capture", ["MediaTypes", "LinuxSystem", "RealtimeSupport", "V4L2Device", "CV4L2"]),
    library(
        .adapters, "V4L2Codec", ["MediaTypes", "LinuxSystem", "RealtimeSupport", "V4L2Device", "H264Bitstream"]),
    library(.adapters, "X264Encoder", ["MediaTypes", "LinuxSystem", "RealtimeSupport", "H264Bitstream", "CX264"]),
    library(
        .adapters, "AVCDecoder",
        ["MediaTypes", "LinuxSystem", "RealtimeSupport", "H264Bitstream", "CAVCodec", "CLoadedLibraries"]),
    library(.adapters, "OpusCodec", ["MediaTypes", "COpus"]),
    library(.adapters, "G711Codec", ["MediaTypes", "CSpeexDSP"]),
    library(.adapters, "ALSAAudio", ["MediaTypes", "LinuxSystem", "RealtimeSupport", "CALSA"]),
    library(.adapters, "KMSDisplay", ["MediaTypes", "LinuxSystem", "RealtimeSupport", "Composition", "CDRM"]),
    library(.adapters, "RemoteInput", ["LinuxSystem", "CInput"]),
    library(.adapters, "CECLine", ["LinuxSystem", "CEC", "CCEC"]),
    library(.adapters, "SyntheticDevices", ["MediaTypes", "LinuxSystem", "RealtimeSupport", "Composition"]),
]

let room: [Target] = [
    library(.room, "RoomConfiguration", ["ControlProtocol", "SIP", "LinuxSystem", "PasswordHashing", "CYAML"]),
    library(.room, "SystemUpdate", ["ControlProtocol", "LinuxSystem"]),
    library(
        .room, "Provisioning",
        ["RoomConfiguration", "ControlClient", "ControlProtocol", "LinuxSystem", "COpenSSL"]),
    library(.room, "RoomState", ["ControlProtocol", "LinuxSystem"]),
    library(.room, "Directory", ["SIP", "LinuxSystem", "CSQLite", "CGLib"]),
    library(
        .room, "RoomUI", ["ControlProtocol", "MediaTypes", "Composition", "RealtimeSupport", "LinuxSystem", "CPango"]),
    library(.room, "CallSignaling", ["SIP", "SDP", "LinuxSystem", "CGLib", nioCore, nioPosix, logging]),
    library(.room, "RemoteControl", ["ControlProtocol", "CEC", "LinuxSystem", "CInput"]),
    library(.room, "ServiceLog", [logging]),
    library(.room, "ControlClient", ["ControlProtocol", "LinuxSystem"]),
    library(
        .room, "AsyncControlClient",
        ["ControlClient", "ControlProtocol", "LinuxSystem", nioCore, nioPosix, logging]),
    library(
        .room, "PanelServer",
        [
            "AsyncControlClient", "ControlClient", "ControlProtocol", "LinuxSystem", "PasswordHashing", "COpenSSL",
            hummingbirdCore, hummingbirdTLS, serviceLifecycle, nioSSL, httpTypes, nioCore, nioPosix, logging,
        ]),
    library(.room, "ControlServer", ["ControlProtocol", "LinuxSystem", nioCore, nioPosix, logging]),
    library(
        .room, "Supervisor",
        [
            "ControlProtocol", "RoomConfiguration", "RoomState", "RoomUI", "CallSignaling", "Directory",
            "MediaPipelines",
            "MediaTypes",
            "RealtimeSupport", "LinuxSystem", "SDP", "RTP", "RTPPayload", "H264Bitstream", "Composition", logging,
        ]),
]

/// What a program does; its executable and `convene` only start it.
func programLibrary(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/Programs/\(name)", resources: resources,
        swiftSettings: common)
}

let programs: [Target] = [
    programLibrary(
        "ConvenedProgram",
        [
            "Supervisor", "ServiceLog", "ControlServer", "ControlProtocol", "CallSignaling", "Directory",
            "MediaPipelines",
            "RoomConfiguration", "Provisioning", "SystemUpdate", "RoomState", "PasswordHashing",
            "RoomUI", "MediaTypes", "RealtimeSupport", "LinuxSystem", "Composition",
            "DeviceMonitor", "V4L2Capture", "V4L2Codec", "X264Encoder", "AVCDecoder", "OpusCodec", "G711Codec",
            "ALSAAudio", "KMSDisplay", "SyntheticDevices", "RTP", nioCore, nioPosix, argumentParser, logging,
        ]),
    programLibrary(
        "ConveneRemoteProgram",
        [
            "RemoteControl", "RoomConfiguration", "ControlClient", "ControlProtocol", "CEC", "RealtimeSupport",
            "LinuxSystem", "DeviceMonitor", "RemoteInput", "CECLine", argumentParser,
        ]),
    programLibrary(
        "ConvenePanelProgram",
        [
            "PanelServer", "ServiceLog", "AsyncControlClient", "ControlClient", "ControlProtocol", "PasswordHashing",
            "LinuxSystem",
            nioCore, nioPosix, argumentParser, logging,
        ], resources: [.embedInCode("Page")]),
    programLibrary(
        "ConvenectlProgram",
        [
            "Provisioning", "SystemUpdate", "RoomConfiguration", "ControlClient", "ControlProtocol", "LinuxSystem",
            argumentParser,
        ]),
    // One each, so that none carries what only another needs, and one of all for a box, where they share their code.
    program("convened", ["ConvenedProgram"]),
    program("convene-remote", ["ConveneRemoteProgram"]),
    program("convene-panel", ["ConvenePanelProgram"]),
    program("convenectl", ["ConvenectlProgram"]),
    program(
        "convene",
        [
            "ConvenedProgram", "ConveneRemoteProgram", "ConvenePanelProgram", "ConvenectlProgram", "ControlProtocol",
            "ServiceLog",
        ]),
]

// Measures and prints; part of no test. Its peers are those of the tests.
let bench: [Target] = [
    program(
        "convene-bench",
        [
            "PeerSupport", "PictureSupport", "SyntheticDevices", "X264Encoder", "AVCDecoder", "OpusCodec",
            "MediaTypes", "RealtimeSupport", "LinuxSystem", "ControlProtocol", "Directory", "RoomUI", argumentParser,
        ])
]

let testTargets: [Target] = [
    .target(
        name: "PeerSupport", dependencies: ["ControlClient", "ControlProtocol"], path: "Tests/PeerSupport",
        swiftSettings: common),
    tests("Architecture", ["PeerSupport"]),
    tests("PeerSupport", ["PeerSupport"]),
    tests("PictureSupport", ["PictureSupport"]),
    tests(
        "Lab",
        [
            "PeerSupport", "PictureSupport", "FuzzSupport", "MediaTypes", "LinuxSystem", "RealtimeSupport",
            "DeviceMonitor",
            "V4L2Device", "V4L2Capture", "KMSDisplay", "Composition", "MediaPipelines", "CDRM", "ALSAAudio",
            "SyntheticDevices",
            "V4L2Codec",
            "CAllocationCount", "CVirtualKeyboard", "ControlProtocol", "convened", "convene-remote",
        ]),
    tests("PasswordHashing", ["PasswordHashing"]),
    tests(
        "AsyncControlClient",
        ["AsyncControlClient", "ControlClient", "ControlServer", "ControlProtocol", "PeerSupport", nioPosix, logging]),
    tests(
        "PanelServer",
        [
            "PanelServer", "AsyncControlClient", "ControlServer", "ControlProtocol", "PasswordHashing", "PeerSupport",
            "FuzzSupport", nioCore, nioPosix, logging,
        ]),
    .testTarget(
        name: "PanelBrowserTests",
        dependencies: ["PeerSupport", "ControlProtocol", "PasswordHashing", "convene-panel", "convened"],
        path: "Tests/PanelBrowserTests", exclude: ["webdriver.py", "panel.py", "tap.py"], swiftSettings: common),
    tests("LinuxSystem", ["LinuxSystem", "CLinux"]),
    tests("RealtimeSupport", ["RealtimeSupport", "LinuxSystem"]),
    tests("V4L2Device", ["V4L2Device"]),
    tests("DeviceMonitor", ["DeviceMonitor"]),
    tests("V4L2Capture", ["V4L2Capture", "V4L2Device", "MediaTypes"]),
    tests("V4L2Codec", ["V4L2Codec", "V4L2Device", "MediaTypes", "LinuxSystem", "H264Bitstream", "FuzzSupport"]),
    tests(
        "Supervisor",
        [
            "Supervisor", "CallSignaling", "ControlProtocol", "Directory", "LinuxSystem", "MediaPipelines",
            "MediaTypes", "RTP", "RealtimeSupport", "PeerSupport", nioCore, nioPosix, logging,
        ]),
    tests("Room", ["PeerSupport", "ControlProtocol", "PasswordHashing", "convened", "convenectl"]),
    .target(name: "FuzzSupport", path: "Tests/FuzzSupport", swiftSettings: common),
    tests("RTP", ["RTP", "FuzzSupport"]),
    tests("RTCP", ["RTCP", "RTP", "FuzzSupport"]),
    tests("H264Bitstream", ["H264Bitstream", "FuzzSupport"]),
    tests("RTPPayload", ["RTPPayload", "RTP", "H264Bitstream", "FuzzSupport"]),
    tests("SDP", ["SDP", "RTP", "RTPPayload", "H264Bitstream", "FuzzSupport"]),
    tests("SIP", ["SIP", "FuzzSupport"]),
    tests("CallSignaling", ["CallSignaling", "SIP", "PeerSupport", "FuzzSupport", nioCore, nioPosix, logging]),
    tests("RoomConfiguration", ["RoomConfiguration", "ControlProtocol", "FuzzSupport", "PeerSupport"]),
    tests("SystemUpdate", ["SystemUpdate", "ControlProtocol", "LinuxSystem", "FuzzSupport", "PeerSupport"]),
    tests(
        "Provisioning",
        ["Provisioning", "RoomConfiguration", "ControlProtocol", "LinuxSystem", "FuzzSupport", "PeerSupport"]),
    tests("Provision", ["PeerSupport", "ControlProtocol", "convenectl", "convened"]),
    tests("RoomState", ["RoomState", "ControlProtocol", "LinuxSystem", "PeerSupport", "FuzzSupport"]),
    tests("Directory", ["Directory", "LinuxSystem", "PeerSupport", "FuzzSupport"]),
    tests(
        "RoomUI",
        [
            "RoomUI", "ControlProtocol", "Composition", "MediaTypes", "RealtimeSupport", "LinuxSystem", "CPango",
            "FuzzSupport",
        ], exclude: ["Fixtures"]),
    tests("KMSDisplay", ["KMSDisplay", "MediaTypes", "LinuxSystem", "PeerSupport"]),
    tests("Composition", ["Composition", "MediaTypes", "RealtimeSupport", "FuzzSupport"]),
    tests(
        "MediaPipelines",
        [
            "MediaPipelines", "Composition", "MediaTypes", "RealtimeSupport", "LinuxSystem", "RTP", "RTCP",
            "RTPPayload",
            "H264Bitstream", "FuzzSupport",
        ]),
    tests(
        "DisplayPipeline",
        ["MediaPipelines", "Composition", "SyntheticDevices", "MediaTypes", "RealtimeSupport", "LinuxSystem"]),
    .target(
        name: "PictureSupport", dependencies: ["MediaTypes"], path: "Tests/PictureSupport", swiftSettings: common),
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .target(name: "CVirtualKeyboard", path: "Tests/CVirtualKeyboard"),
    tests(
        "AdapterAllocation",
        [
            "CAllocationCount", "X264Encoder", "AVCDecoder", "OpusCodec", "G711Codec", "SyntheticDevices",
            "MediaTypes", "LinuxSystem", "RealtimeSupport", "PictureSupport",
        ]),
    tests(
        "X264Encoder",
        [
            "X264Encoder", "AVCDecoder", "SyntheticDevices", "MediaTypes", "RealtimeSupport", "LinuxSystem",
            "H264Bitstream", "PictureSupport",
        ]),
    tests(
        "AVCDecoder",
        [
            "AVCDecoder", "X264Encoder", "SyntheticDevices", "MediaTypes", "RealtimeSupport", "LinuxSystem",
            "PictureSupport",
        ]),
    tests("OpusCodec", ["OpusCodec", "MediaTypes", "SyntheticDevices"]),
    tests("G711Codec", ["G711Codec", "MediaTypes", "SyntheticDevices"]),
    tests("ALSAAudio", ["ALSAAudio", "MediaTypes", "CALSA"]),
    tests(
        "SyntheticDevices", ["SyntheticDevices", "MediaTypes", "RealtimeSupport", "LinuxSystem", "PictureSupport"]),
    tests("ControlProtocol", ["ControlProtocol", "FuzzSupport"]),
    tests("CEC", ["CEC", "FuzzSupport"]),
    tests("RemoteControl", ["RemoteControl", "ControlProtocol", "CEC", "LinuxSystem", "FuzzSupport"]),
    tests(
        "ConveneRemote",
        ["convene-remote", "ControlServer", "ControlProtocol", "PeerSupport", "LinuxSystem", nioPosix, logging]),
    tests("Convene", ["convene", "ControlProtocol", "PeerSupport"]),
    tests(
        "ControlServer",
        ["ControlServer", "ControlClient", "ControlProtocol", "LinuxSystem", "PeerSupport", nioPosix, logging]),
    tests(
        "Convenectl",
        [
            "convenectl", "ConvenectlProgram", "ControlClient", "ControlServer", "ControlProtocol", "RoomConfiguration",
            "PeerSupport", "FuzzSupport", nioPosix, logging,
        ]),
]

let package = Package(
    name: "Convene",
    products: [
        .executable(name: "convened", targets: ["convened"]),
        .executable(name: "convenectl", targets: ["convenectl"]),
        .executable(name: "convene-remote", targets: ["convene-remote"]),
        .executable(name: "convene-panel", targets: ["convene-panel"]),
        .executable(name: "convene", targets: ["convene"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // Without its traits: no swift-configuration, no full Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: cLibraries + platform + protocols + media + adapters + room + programs + bench + testTargets,
    swiftLanguageModes: [.v6]
)
