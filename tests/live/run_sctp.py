#!/usr/bin/env python3
"""Kamailio as a real SCTP server, with rung watching, where the kernel has no SCTP: run_kamailio.py
inside a kernel that has it, user-mode Linux (Debian's user-mode-linux), which is a program as any
other; its files are those of this machine, read only. Skipped where the kernel has SCTP itself
(run_kamailio.py does it then), and without that program, insmod, or kamailio."""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / 'support'))
import phones  # noqa: E402
from rungrun import RUNG, SKIPPED, SOURCE, missing  # noqa: E402

SECONDS = 300
MODULES = pathlib.Path('/usr/lib/uml/modules')
NEEDED = ('lib/crc-ccitt', 'net/ipv6/ipv6', 'net/ipv4/udp_tunnel', 'net/ipv6/ip6_udp_tunnel',
          'crypto/hmac', 'net/sctp/sctp')  # in the order of modules.dep
BOOTS = 3
# What run_kamailio.py ends with when a phone has no answer. rung only listens and has no part in it:
# why it happens now and then, mostly in the first run on a host, is not known.
UNANSWERED = 'TimeoutError: timed out'
BEGUN, ENDED = 'sctp: begun', 'sctp: status '
INIT = '''#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc && mount -t sysfs sys /sys && mount -t tmpfs tmpfs /run
ip link set lo up
for module in {modules}; do
    insmod "{folder}/$(uname -r)/kernel/$module.ko"
done
cd {source} && echo "{begun}"
TMPDIR=/run RUNG={rung} RUNG_SOURCE={source} {python} {test} sctp
echo "{ended}$?"
halt -f
'''


def reason_to_skip():
    reason = missing()
    if reason:
        return reason
    if phones.has_sctp():
        return 'this kernel has SCTP: live.kamailio has it'
    for program in 'linux.uml', 'insmod', 'kamailio':
        if not shutil.which(program):
            return program + ' is not installed'
    if not list(MODULES.glob('*/kernel/net/sctp/sctp.ko')):
        return 'user-mode Linux has no SCTP module'
    return None


def boot(folder):
    """What the machine in the machine said on its console."""
    init = folder / 'init'
    init.write_text(INIT.format(
        modules=' '.join(NEEDED), folder=MODULES, begun=BEGUN, ended=ENDED,
        source=shlex.quote(str(SOURCE)), rung=shlex.quote(RUNG),
        python=shlex.quote(sys.executable), test=HERE.with_name('run_kamailio.py')))
    init.chmod(0o755)
    command = ['linux.uml', 'mem=768M', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro',
               'quiet', 'con=null', 'con0=fd:0,fd:1', 'init=' + str(init)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS, cwd=folder,
                              env=dict(os.environ, TMPDIR=str(folder)))
    except subprocess.TimeoutExpired as problem:
        return (problem.stdout or b'').decode(errors='replace')
    return done.stdout.decode(errors='replace')


def main():
    reason = reason_to_skip()
    if reason:
        print('sctp: skipped:', reason)
        return SKIPPED
    for _ in range(BOOTS):
        with tempfile.TemporaryDirectory() as name:
            console = boot(pathlib.Path(name))
        if UNANSWERED not in console or 'phones.py' not in console:
            break
        print('sctp: Kamailio did not answer its phones: once more; they said', console[-5000:])
    if BEGUN not in console:
        print('sctp: skipped: user-mode Linux does not start here:', console[-500:])
        return SKIPPED
    print(console[console.index(BEGUN):])
    if 'left out' in console or 'skipped' in console:
        return 1  # it has SCTP: that is what it is for
    return ENDED + '0' not in console


if __name__ == '__main__':
    sys.exit(main())
