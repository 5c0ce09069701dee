#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

COLLECTOR, PROXY = '10.0.0.8:5060', '10.0.0.9:5060'
FORM = {'content_type': 'application/vq-rtcpxr', 'headers': ['Event: vq-rtcpxr']}
capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=0xa0001).talk(1.1, steady(100))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=0xb0002).talk(1.1, steady(100))


def report(first, call_id, metrics, addresses=True):
    lines = [first, 'CallID: ' + call_id, 'LocalID: <sip:alice@example.org>',
             'RemoteID: <sip:bob@example.org>', 'OrigID: <sip:alice@example.org>']
    if addresses:
        lines += ['LocalAddr:IP=10.0.0.1 PORT=4000 SSRC=0xa0001',
                  'RemoteAddr:IP=10.0.0.2 PORT=5000 SSRC=0xb0002']
    return '\r\n'.join(lines + metrics) + '\r\n'


interval = report('VQIntervalReport', call.call_id, [
    'LocalMetrics:', 'SessionDesc:PT=0 PD=PCMU SR=8000', 'PacketLoss:NLR=1.5 JDR=0.0',
    'QualityEst:MOSLQ=4.1 MOSCQ=4.0'])
notify = call.request(2.5, 'NOTIFY', body=interval, **FORM)
call.respond(2.51, notify, 200)
call.hang_up(4)


def publish(t, number, body, over_proxy=False):
    other = Dialog(capture, callee=COLLECTOR, call_id='publish-%d@example.org' % number,
                   users=('alice', 'collector'))
    request = other.request(t, 'PUBLISH', body=body, **FORM)
    if over_proxy:
        vias = ['Via: SIP/2.0/UDP %s;branch=z9hG4bK-p%d' % (PROXY, number)] + request.vias
        again = other.request(None, 'PUBLISH', body=body, cseq=request.cseq, vias=vias, **FORM)
        capture.udp(t + 0.001, PROXY, COLLECTOR, again.bytes)
    other.respond(t + 0.02, request, 200)


ended = report('VQSessionReport: CallTerm', call.call_id, [
    'LocalMetrics:', 'Timestamps:START=2023-11-14T22:13:21Z STOP=2023-11-14T22:13:24Z',
    'SessionDesc:PT=0 PD=PCMU SR=8000 FD=20 FO=160 FPP=1 PPS=50 PLC=3 SSUP=off',
    'JitterBuffer:JBA=3 JBR=2 JBN=40 JBM=80 JBX=120', 'PacketLoss:NLR=5.0 JDR=2.0',
    'BurstGapLoss:BLD=0 BD=0 GLD=2.0 GD=500 GMIN=16', 'Delay:RTD=200 ESD=140 SOWD=200 IAJ=2 MAJ=10',
    'Signal:SL=-18 NL=-50 RERL=14', 'QualityEst:RLQ=90 RCQ=85 MOSLQ=4.2 MOSCQ=4.3',
    'RemoteMetrics:', 'PacketLoss:NLR=0.0 JDR=0.0', 'QualityEst:MOSLQ=4.4 RLQ=127'])
publish(5, 1, ended, over_proxy=True)
publish(6, 2, report('VQAlertReport: Type=NLR Severity=Critical Dir=local', 'not-the-call-id', [
    'LocalMetrics:', 'PacketLoss:NLR=12.5 JDR=0.0']))
publish(7, 3, report('VQSessionReport: CallTerm', 'nobody-knows-it', [
    'LocalMetrics:', 'PacketLoss:NLR=1.0 JDR=0.0'], addresses=False))
capture.save()
