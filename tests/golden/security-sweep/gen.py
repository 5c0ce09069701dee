#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

SCANNER, QUIET = ['User-Agent: friendly-scanner'], ['User-Agent: Grandstream GXP2170 1.0.11']
capture = Capture()


def probe(t, source, host, user, method, status, headers=()):
    dialog = Dialog(capture, source, host + ':5060', users=('100', user),
                    call_id='%s-%s-%d@%s' % (user, host, t * 10, source))
    request = dialog.request(t, method, headers=headers)
    if status:
        dialog.respond(t + 0.01, request, status)


# every host of a network; most are silent
for n in range(16):
    probe(n, '198.51.100.1:5060', '10.0.0.%d' % n, '100', 'OPTIONS', 404 if n == 9 else 0, SCANNER)
# the same under the name of a phone, and over and over with other users
for k in range(3):
    for n in range(12):
        probe(20 + 20 * k + n, '198.51.100.2:5060', '10.0.1.%d' % n, str(100 + k), 'INVITE',
              401 if n == 3 else 0, QUIET)
# all users of one host
for n in range(12):
    probe(100 + n, '198.51.100.3:5060', '10.0.0.9', str(100 + n), 'REGISTER', (404, 403)[n % 2],
          QUIET)

# no attacks: an exchange that has many sites and reaches them; a monitor that pings its own
for n in range(12):
    call = Dialog(capture, '10.1.0.1:5060', '10.2.0.%d:5060' % n, users=('boss', 'site'),
                  call_id='site%d' % n)
    call.establish(200 + 2 * n)
    call.hang_up(201.5 + 2 * n)
for k in range(4):
    for n in range(11):
        probe(300 + 20 * k + n, '10.1.0.2:5060', '10.2.0.%d' % n, 'monitor', 'OPTIONS',
              404 if n else 0, QUIET)
capture.save()
