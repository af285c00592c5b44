import Testing

@testable import V4L2Capture

@Suite("Camera control names")
struct CameraControlNamesTests {
    @Test("a driver's name becomes small letters and underscores")
    func normalized() {
        #expect(CameraControlNames.normalized("White Balance, Automatic") == "white_balance_automatic")
        #expect(CameraControlNames.normalized("Exposure (Absolute)") == "exposure_absolute")
        #expect(CameraControlNames.normalized("  LED1 Mode  ") == "led1_mode")
        #expect(CameraControlNames.normalized("Größe") == "gr_e")
        #expect(CameraControlNames.normalized("") == "")
    }
}
