#!/usr/bin/env python3
from pcapbuild import Capture, message, sdp

capture = Capture()
data = message('INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0', [
    'TO :', ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
    'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>', '  ;', '  tag = 98asjd8',
    'MaX-fOrWaRdS: 0068', 'Call-ID: wsinv.ndaksdj@192.0.2.1', 'Content-Length   : 150',
    'cseq: 0009', '  INVITE', 'Via  : SIP  /   2.0', ' /UDP', '    192.0.2.2;branch=390skdjuw',
    's :', 'NewFangledHeader:   newfangled value', ' continued newfangled value',
    'UnknownHeaderWithUnusualValue: ;;,,;;,;', 'Content-Type: application/sdp',
    'Route:', ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
    'v:  SIP  / 2.0  / TCP     spindle.example.com   ;', '  branch  =   z9hG4bK9ikj8  ,',
    ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=', ' z9hG4bK30239',
    'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =', '      newvalue ;',
    '  secondparam ; q = 0.33'],
    'v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\n'
    'm=audio 49217 RTP/AVP 0 12\r\nm=video 3227 RTP/AVP 31\r\na=rtpmap:31 LPC\r\n')
capture.udp(0, '192.0.2.2:5060', '192.0.2.1:5060', data)
capture.save()
