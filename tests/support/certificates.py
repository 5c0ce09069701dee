"""An authority and the certificates it gave, made by the openssl program for a live test."""
import subprocess

SECONDS = 60
AUTHORITY = 'Authority of a test'


def openssl(folder, *words):
    subprocess.run(['openssl', *words], cwd=folder, check=True, capture_output=True,
                   timeout=SECONDS)


def new_key(name):
    return ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
            name + '.key')


def make_authority(folder):
    """authority.pem and authority.key in the pathlib.Path @folder."""
    openssl(folder, 'req', '-x509', *new_key('authority'), '-out', 'authority.pem', '-subj',
            '/CN=' + AUTHORITY, '-days', '2')


def make_certificate(folder, name, host):
    """NAME.pem and NAME.key, for @host."""
    openssl(folder, 'req', *new_key(name), '-out', name + '.csr', '-subj', '/CN=' + host)
    (folder / 'names').write_text('subjectAltName=DNS:' + host)
    openssl(folder, 'x509', '-req', '-in', name + '.csr', '-CA', 'authority.pem', '-CAkey',
            'authority.key', '-CAcreateserial', '-out', name + '.pem', '-days', '2', '-extfile',
            'names')
