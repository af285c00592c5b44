/// Session descriptions as peers write them, kept for the tests and as corpus of the fuzz tests.
enum SDPFixtures {
    /// Offered by baresip 1.0.0 as Debian ships it.
    static let baresipOffer = """
        v=0
        o=- 2851267540 1970317921 IN IP4 192.0.2.2
        s=-
        c=IN IP4 192.0.2.2
        t=0 0
        a=tool:baresip 1.0.0
        m=audio 20090 RTP/AVP 96 0 8 101
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 stereo=1;sprop-stereo=1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=sendrecv
        a=label:1
        a=rtcp-rsize
        a=ssrc:824169133 cname:sip:test@192.0.2.2:5099
        a=minptime:20
        a=ptime:20
        m=video 20034 RTP/AVP 96
        a=rtpmap:96 H264/90000
        a=fmtp:96 packetization-mode=0;profile-level-id=42e01f
        a=sendrecv
        a=label:2
        a=rtcp-rsize
        a=ssrc:3790356966 cname:sip:test@192.0.2.2:5099
        a=framerate:30.00
        a=rtcp-fb:* nack pli
        a=content:main

        """

    /// Answered by baresip 1.0.0 to our standard offer of High, then Constrained Baseline in both modes.
    static let baresipAnswer = """
        v=0
        o=- 1956375181 19573019 IN IP4 192.0.2.2
        s=-
        c=IN IP4 192.0.2.2
        t=0 0
        a=tool:baresip 1.0.0
        m=audio 20004 RTP/AVP 111 0 8 101
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 stereo=1;sprop-stereo=1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=sendrecv
        a=label:1
        a=ptime:20
        m=video 20040 RTP/AVP 97 98
        a=rtpmap:97 H264/90000
        a=fmtp:97 packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:98 H264/90000
        a=fmtp:98 packetization-mode=0;profile-level-id=42e01f
        a=sendrecv
        a=label:2
        a=framerate:30.00
        a=rtcp-fb:* nack pli
        a=content:main

        """

    /// In the manner of a Polycom group system: Baseline 2.0 widened by max- parameters, High, FEC, BFCP and slides.
    static let polycomOffer = """
        v=0
        o=GroupSeries 1443113846 0 IN IP4 198.51.100.20
        s=-
        c=IN IP4 198.51.100.20
        b=AS:1920
        t=0 0
        m=audio 49152 RTP/AVP 115 102 9 15 0 8 101
        a=rtpmap:115 G7221/32000
        a=fmtp:115 bitrate=48000
        a=rtpmap:102 G7221/16000
        a=fmtp:102 bitrate=32000
        a=rtpmap:9 G722/8000
        a=rtpmap:15 G728/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=sendrecv
        m=video 49154 RTP/AVP 109 110 111 96 34
        b=TIAS:1920000
        a=rtpmap:109 H264/90000
        a=fmtp:109 profile-level-id=428014; max-mbps=244800; max-fs=8160; sar-supported=13; sar=13
        a=rtpmap:110 H264/90000
        a=fmtp:110 profile-level-id=428014; packetization-mode=1; max-mbps=244800; max-fs=8160; max-br=1920; sar=13
        a=rtpmap:111 H264/90000
        a=fmtp:111 profile-level-id=640014; packetization-mode=1; max-mbps=244800; max-fs=8160; max-br=1920
        a=rtpmap:96 H263-1998/90000
        a=fmtp:96 CIF4=1;CIF=1;QCIF=1;J
        a=rtpmap:34 H263/90000
        a=sendrecv
        a=rtcp-fb:* ccm fir tmmbr
        a=rtcp-fb:* nack pli
        a=content:main
        a=label:11
        m=video 49156 RTP/AVP 109
        a=rtpmap:109 H264/90000
        a=fmtp:109 profile-level-id=428014; max-mbps=108000; max-fs=3600
        a=sendrecv
        a=content:slides
        a=label:12
        m=application 49158 TCP/BFCP *
        a=floorctrl:c-s
        a=setup:actpass
        a=connection:new
        m=application 49160 RTP/AVP 100
        a=rtpmap:100 H224/4800
        a=sendrecv

        """

    /// In the manner of a Cisco room system: many H.264 payload types in both modes, encrypted and plain lines.
    static let ciscoOffer = """
        v=0
        o=tandberg 7 3 IN IP4 203.0.113.9
        s=-
        c=IN IP4 203.0.113.9
        b=AS:6000
        t=0 0
        a=cisco-srtp-fallback
        m=audio 16446 RTP/AVP 107 108 9 8 0 101
        b=TIAS:64000
        a=rtpmap:107 MP4A-LATM/90000
        a=fmtp:107 profile-level-id=25;object=23;bitrate=128000
        a=rtpmap:108 MP4A-LATM/90000
        a=fmtp:108 profile-level-id=24;object=23;bitrate=64000
        a=rtpmap:9 G722/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRl UNENCRYPTED_SRTCP
        a=sendrecv
        m=video 16448 RTP/AVP 99 97 126 96 34 31
        b=TIAS:6000000
        a=rtpmap:99 H264/90000
        a=fmtp:99 packetization-mode=1;profile-level-id=640028;max-br=4800;max-mbps=489600;max-fs=8160;level-asymmetry-allowed=1
        a=rtpmap:97 H264/90000
        a=fmtp:97 packetization-mode=0;profile-level-id=428016;max-br=5000;max-mbps=245000;max-fs=9000;level-asymmetry-allowed=1
        a=rtpmap:126 H264/90000
        a=fmtp:126 packetization-mode=1;profile-level-id=428016;max-br=5000;max-mbps=245000;max-fs=9000;level-asymmetry-allowed=1
        a=rtpmap:96 H263-1998/90000
        a=fmtp:96 custom=1024,768,4;custom=1024,576,4;custom=800,600,4;cif4=2;cif=1;qcif=1
        a=rtpmap:34 H263/90000
        a=fmtp:34 cif4=2;cif=1;qcif=1
        a=rtpmap:31 H261/90000
        a=fmtp:31 cif=1;qcif=1
        a=rtcp-fb:* nack pli
        a=rtcp-fb:* ccm fir
        a=rtcp-fb:* ccm tmmbr
        a=sendrecv
        a=content:main
        a=label:11
        a=answer:full
        m=application 5070 UDP/BFCP *
        a=floorctrl:c-s
        a=confid:1
        m=video 16450 RTP/AVP 97 126
        b=TIAS:6000000
        a=rtpmap:97 H264/90000
        a=fmtp:97 packetization-mode=0;profile-level-id=428016
        a=rtpmap:126 H264/90000
        a=fmtp:126 packetization-mode=1;profile-level-id=428016
        a=sendrecv
        a=content:slides
        a=label:12

        """

    /// In the manner of linphone: level 3.1 in Baseline's spelling, AVPF, VP8 first, ICE and XR attributes.
    static let linphoneOffer = """
        v=0
        o=alice 3782 2018 IN IP6 2001:db8::17
        s=Talk
        c=IN IP6 2001:db8::17
        b=AS:380
        t=0 0
        a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
        a=ice-pwd:86f5a7b2a92d87c4c0dbd6a3
        a=ice-ufrag:9c8b1f2c
        m=audio 7078 RTP/AVPF 96 97 98 0 8 101 99 100
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 useinbandfec=1; maxaveragebitrate=96000
        a=rtpmap:97 speex/16000
        a=fmtp:97 vbr=on
        a=rtpmap:98 speex/8000
        a=rtpmap:101 telephone-event/48000
        a=rtpmap:99 telephone-event/16000
        a=rtpmap:100 telephone-event/8000
        a=candidate:1 1 UDP 2130706303 2001:db8::17 7078 typ host
        a=rtcp-fb:* trr-int 1000
        a=rtcp-fb:* ccm tmmbr
        m=video 9078 RTP/AVPF 96 97
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 H264/90000
        a=fmtp:97 profile-level-id=42801F; packetization-mode=1
        a=rtcp-fb:* trr-int 1000
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:97 nack pli
        a=rtcp-fb:97 ccm fir
        a=rtcp:9079 IN IP6 2001:db8::18

        """

    /// In the manner of a cloud conference's room connector: LF only, static types without rtpmap, no s= line.
    static let conferenceOffer = """
        v=0
        o=ZOOM_CRC 20518 1 IN IP4 192.0.2.240
        c=IN IP4 192.0.2.240
        b=CT:2048
        t=0 0
        m=audio 10002 RTP/AVP 9 0 8 101
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        m=video 10004 RTP/AVP 97 98
        b=AS:1536
        a=rtpmap:97 H264/90000
        a=fmtp:97 profile-level-id=64001f;packetization-mode=1;max-mbps=108000;max-fs=3600
        a=rtpmap:98 H264/90000
        a=fmtp:98 profile-level-id=42e01f;packetization-mode=1;sprop-parameter-sets=Z0LgH9oBQBbk,aM48gA==
        a=rtcp-fb:* ccm fir
        a=content:main
        m=application 0 UDP/BFCP *

        """

    /// In the manner of a browser: everything that this terminal does not yet take.
    static let browserOffer = """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:x8Z3
        a=ice-pwd:9sdsl2x0x1pMuBQ4y2X4pQ0H
        a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08
        a=setup:actpass
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 102
        c=IN IP4 0.0.0.0
        a=mid:1
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:96 VP8/90000
        a=rtpmap:102 H264/90000
        a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f

        """

    static let all = [
        baresipOffer, baresipAnswer, polycomOffer, ciscoOffer, linphoneOffer, conferenceOffer, browserOffer,
    ]

    static let corpus = all.map { Array($0.utf8) }

    /// Pieces that send a parser into its corners.
    static let interesting: [[UInt8]] = [
        "\r\n", "\n", "\r", "=", ":", "/", ";", "a=", "m=", "c=", "a=rtpmap:", "a=fmtp:", "m=video 0 RTP/AVP\n",
        "65535", "65536", "99999999999999999999", "-1", "profile-level-id=", "0.0.0.0", "\u{FF14}", "é",
        "a=rtcp:", "a=ptime:", "b=AS:", "packetization-mode=2", "a=content:slides\n", "a=inactive\n",
    ].map { Array($0.utf8) }
}
