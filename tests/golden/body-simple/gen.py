#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

PIDF = ('<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@b.org">'
        '<tuple id="t"><status><basic>closed</basic></status></tuple></presence>')
CPIM = ('From: <sip:alice@example.org>\r\nTo: <sip:bob@example.org>\r\n\r\n'
        'Content-Type: text/plain\r\n\r\nin an envelope')
WAITING = 'Messages-Waiting: yes\r\nVoice-Message: 4/8 (1/2)\r\n'
COMPOSING = '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>idle</state></isComposing>'
BODIES = (
    ('MESSAGE', 'text/plain', 'Grüße aus Wien\r\nmorgen mehr'),
    ('MESSAGE', 'message/cpim', CPIM),
    ('MESSAGE', 'application/im-iscomposing+xml', COMPOSING),
    ('PUBLISH', 'application/pidf+xml', PIDF),
    ('NOTIFY', 'application/simple-message-summary', WAITING),
    ('NOTIFY', 'message/sipfrag;version=2.0', 'SIP/2.0 180 Ringing'),
    ('MESSAGE', 'application/octet-stream', 'opaque'),
    # wrong: cut, a document type with entities of its own, no ISUP message
    ('PUBLISH', 'application/pidf+xml', PIDF[:PIDF.index('<basic>')]),
    ('PUBLISH', 'application/pidf+xml', '<!DOCTYPE a [<!ENTITY b "c">]><presence>&b;</presence>'),
    ('INFO', 'application/isup', b'\xff\xff'),
    ('MESSAGE', 'text/plain', b'\x1b[2Jout of the cage'),
)

capture = Capture()
for number, (method, kind, body) in enumerate(BODIES):
    dialog = Dialog(capture, call_id='%d@example.org' % number)
    request = dialog.request(number, method, body=body, content_type=kind)
    dialog.respond(number + 0.1, request, 200)
capture.save()
