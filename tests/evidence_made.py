"""Makes evidence packages from the format's description alone, with openssl, to be tampered with in tests.

Nothing of the project's own builder or signer is used, so a package that both make alike says something about both.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence.verifier import PAGE, VERIFIER

CASE = "KASUS-2026-0001"
SALT = "5f" * 16
CAPTURE = "0123456789abcdef0123"
DOCUMENT = "5f0c1d2e3f405162"
TRIAL_UNIT = "KUNCI UJI KENTONGAN"
SEAL_FILE = "segel/tagmanifest-sha512.txt.p7s"
TOKEN_FILE = "segel/tagmanifest-sha512.txt.contoh.tsr"
HEAD_FILE = "data/kepala/2026-11-20.txt"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Files = dict[str, bytes]


@dataclass(frozen=True)
class Signer:
    """A key with its certificate, in memory and in two PEM files that openssl reads."""

    key: PrivateKey
    certificate: x509.Certificate
    key_file: Path
    certificate_file: Path
    issuer: Signer | None = None

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True)
class Office:
    """An institution with its keys, its time authority and its two persons."""

    folder: Path
    ca: Signer
    seal: Signer
    authority_ca: Signer
    authority: Signer
    people: tuple[Signer, ...]
    tokens: dict[bytes, bytes] = field(default_factory=dict)
    """Tokens made so far, by what they are over."""


def make_signer(
    folder: Path,
    name: str,
    *,
    issuer: Signer | None = None,
    key: PrivateKey | None = None,
    valid: tuple[int, int] = (-400, 400),
    authority: bool = False,
    stamps: bool = False,
    trial: bool = True,
) -> Signer:
    """A new certificate, valid from and until so many days from now; a P-256 key unless one is given."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if trial:
        names.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TRIAL_UNIT))
    now = datetime.now(UTC).replace(microsecond=0)
    subject = x509.Name(names)
    usage = {"digital_signature": not authority, "key_cert_sign": authority, "crl_sign": authority}
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
              "decipher_only")  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=valid[0]))
        .not_valid_after(now + timedelta(days=valid[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(others, False)), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    stem = f"{name.replace(' ', '-')}-{certificate.serial_number:x}"
    key_file, certificate_file = folder / f"{stem}.key", folder / f"{stem}.pem"
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    return Signer(key, certificate, key_file, certificate_file, issuer)


def rsa_key(bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


def make_office(folder: Path, *, name: str = "", trial: bool = True) -> Office:
    """RSA for what openssl signs most, P-256 and P-384 for the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    ca = make_signer(folder, f"CA{name}", key=rsa_key(), authority=True, trial=trial)
    authority_ca = make_signer(
        folder, f"CA Waktu{name}", key=ec.generate_private_key(ec.SECP384R1()), authority=True, trial=trial
    )
    return Office(
        folder=folder,
        ca=ca,
        seal=make_signer(folder, f"Segel{name}", issuer=ca, key=rsa_key(), trial=trial),
        authority_ca=authority_ca,
        authority=make_signer(folder, f"Waktu{name}", issuer=authority_ca, key=ca.key, stamps=True, trial=trial),
        people=tuple(make_signer(folder, f"Orang {n}{name}", issuer=ca, trial=trial) for n in (1, 2)),
    )


def openssl(*arguments: str | Path, data: bytes | None = None) -> bytes:
    """What an openssl command writes to standard output; raises where it fails."""
    done = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def seal_bytes(data: bytes, signer: Signer, *options: str) -> bytes:
    """A detached CMS signature in DER."""
    chain = ["-certfile", str(signer.issuer.certificate_file)] if signer.issuer else []
    return openssl(
        "cms", "-sign", "-binary", "-outform", "DER", "-nosmimecap", "-signer", signer.certificate_file,
        "-inkey", signer.key_file, "-md", "sha512", *chain, *options, data=data,
    )  # fmt: skip


def stamp_bytes(data: bytes, office: Office, *, digest: str = "sha512") -> bytes:
    """A TimeStampResp in DER from `openssl ts`."""
    if digest == "sha512" and data in office.tokens:
        return office.tokens[data]
    config = office.folder / "ts.cnf"
    (office.folder / "serial").write_text("01\n")
    config.write_text(
        "[tsa]\n"
        f"serial={office.folder / 'serial'}\nsigner_digest=sha256\ndefault_policy=2.999.1\n"
        "digests=sha1,sha256,sha384,sha512\ness_cert_id_alg=sha256\nordering=no\ntsa_name=no\n"
        f"signer_cert={office.authority.certificate_file}\nsigner_key={office.authority.key_file}\n"
        f"certs={office.authority_ca.certificate_file}\n"
    )
    query, content = office.folder / "query.tsq", office.folder / "content.bin"
    content.write_bytes(data)
    openssl("ts", "-query", "-data", content, f"-{digest}", "-cert", "-out", query)
    answer = office.folder / "answer.tsr"
    openssl("ts", "-reply", "-queryfile", query, "-config", config, "-section", "tsa", "-out", answer)
    made = answer.read_bytes()
    if digest == "sha512":
        office.tokens[data] = made
    return made


def sign_pdf(pdf: bytes, signer: Signer) -> bytes:
    """The PDF with one more signature in an incremental update, over everything but the signature itself."""
    room = 8000
    head = pdf + b"\n9 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange ["
    rest = b"/Name(x)>>\nendobj\nstartxref\n0\n%%EOF\n"
    form = b"0 %010d %010d %010d] /Contents "
    start = len(head) + len(form % (0, 0, 0))
    end = start + 2 * room + 2
    filled = head + form % (start, end, len(rest))
    signature = seal_bytes(filled + rest, signer, "-cades")
    return filled + b"<" + signature.hex().encode().ljust(2 * room, b"0") + b">" + rest


def canonical(entry: Mapping[str, object]) -> bytes:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def make_chain(entries: Sequence[tuple[str, str, Mapping[str, object]]]) -> list[bytes]:
    """Lines of a custody log from act, object and detail, a minute apart, two days ago."""
    lines: list[bytes] = []
    began = datetime.now(UTC).replace(hour=3, minute=4, second=5, microsecond=123456) - timedelta(days=2)
    for n, (act, target, detail) in enumerate(entries, 1):
        entry = {
            "act": act, "actor": "siti", "at": f"{began + timedelta(minutes=n):%Y-%m-%dT%H:%M:%S.%fZ}",
            "detail": detail, "n": n, "object": target, "role": "hukum",
            "previous": hashlib.sha256(lines[-1]).hexdigest() if lines else "0" * 64,
        }  # fmt: skip
        lines.append(canonical(entry))
    return lines


def make_warc(words: bytes) -> bytes:
    """A WARC file with one response, its digests stated."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + words
    head = {
        "WARC-Type": "response", "WARC-Record-ID": "<urn:uuid:5f0c1d2e-3f40-4162-8a1b-0123456789ab>",
        "WARC-Target-URI": "https://contoh.test/", "WARC-Date": "2026-11-19T03:04:05Z",
        "WARC-Payload-Digest": f"sha1:{base64.b32encode(hashlib.sha1(words).digest()).decode()}",
        "WARC-Block-Digest": f"sha1:{base64.b32encode(hashlib.sha1(block).digest()).decode()}",
        "Content-Type": "application/http; msgtype=response", "Content-Length": str(len(block)),
    }  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return gzip.compress(f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n", mtime=0)


def make_payload(office: Office, *, sample: bool = True) -> Files:
    """Everything below data/, without the signatures' outside: the report is signed by both persons."""
    capture = f"data/tangkapan/{CAPTURE}"
    files: Files = {
        f"data/arsip/{DOCUMENT}.warc.gz": make_warc(b"<p>Arsip unggahan</p>" * 40),
        f"{capture}/halaman.warc.gz": make_warc(b"<p>Tangkapan halaman</p>" * 40),
        f"{capture}/layar.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        f"{capture}/dom.html": "<html><p>Gempa besok jam lima 😱</p></html>\n".encode() * 30,
        f"{capture}/teks.txt": b"Gempa besok jam lima\n",
    }
    names = {path.rsplit("/", 1)[1]: data for path, data in files.items() if path.startswith(capture)}
    listed = {name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in names.items()}
    files[f"{capture}/perolehan.json"] = json.dumps({"format": 1, "id": CAPTURE, "files": listed}).encode() + b"\n"
    names["perolehan.json"] = files[f"{capture}/perolehan.json"]
    archived = hashlib.sha256(files[f"data/arsip/{DOCUMENT}.warc.gz"]).hexdigest()
    captured = [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in names.items()]
    chain = make_chain(
        [
            ("opened", "case", {"judul": "Kabar gempa"}),
            ("secured", f"document:{DOCUMENT}", {"arsip": archived}),
            ("captured", f"capture:{CAPTURE}", {"berkas": captured}),
            ("scored", f"document:{DOCUMENT}", {"skor": 0.1, "tinggi": 1e22}),
            ("decided", "case", {"putusan": "Salah – keliru"}),
            ("built", "case", {"paket": 1}),
        ]
    )
    files["data/custody.jsonl"] = b"".join(line + b"\n" for line in chain)
    add_head(files, chain, office, 4)
    said = {
        "kasus.json": {
            "format": 1, "id": CASE, "title": "Kabar gempa", "purpose": "Laporan", "opened_at": "2026-11-19T00:00:00Z",
            "opened_by": "siti", "organisation": "Diskominfo", "sample": sample, "chain_salt": SALT,
        },
        "klaim.json": [{"@type": "ClaimReview"}],
        "analisis.json": {"catatan": "model menduga, orang memutuskan"},
        "keputusan.json": {"putusan": "salah"},
        "pertanyaan.json": {"jawaban": []},
    }  # fmt: skip
    files.update({f"data/{name}": json.dumps(value).encode() + b"\n" for name, value in said.items()})
    document = {"document": {"id": DOCUMENT}, "arsip": f"data/arsip/{DOCUMENT}.warc.gz", "tangkapan": [CAPTURE]}
    files["data/dokumen.jsonl"] = json.dumps(document).encode() + b"\n"
    report = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\nstartxref\n0\n%%EOF\n"
    for person in office.people:
        report = sign_pdf(report, person)
    files["data/berita-acara.pdf"] = report
    return files


def head_lines(chain: Sequence[bytes], n: int) -> list[bytes]:
    """This case's line among two others', sorted."""
    own = hashlib.sha256(bytes.fromhex(SALT) + CASE.encode()).hexdigest()
    rows = [(own, n, hashlib.sha256(chain[n - 1]).hexdigest()), ("0a" * 32, 3, "1b" * 32), ("f2" * 32, 9, "3c" * 32)]
    return sorted(f"{chain_id} {count} {head}\n".encode() for chain_id, count, head in rows)


def add_head(files: Files, chain: Sequence[bytes], office: Office, n: int) -> None:
    files[HEAD_FILE] = b"".join(head_lines(chain, n))
    files[f"{HEAD_FILE}.contoh.tsr"] = stamp_bytes(files[HEAD_FILE], office)


def declaration(office: Office, *, sample: bool = True) -> dict[str, object]:
    """What segel.json says."""
    return {
        "format": 1,
        "sample": sample,
        "seal": {"file": SEAL_FILE, "certificate_sha256": office.seal.sha256},
        "timestamps": [
            {"file": TOKEN_FILE, "authority": "contoh", "certificate_sha256": office.authority_ca.sha256}
        ],
        "report_signers": [
            {"name": f"Orang {n}", "certificate_sha256": person.sha256} for n, person in enumerate(office.people, 1)
        ],
    }  # fmt: skip


def write_manifests(files: Files) -> None:
    """Both manifests, the tag manifest and the bag's account, made anew for what is there."""
    payload = sorted(path for path in files if path.startswith("data/"))
    for name in ("sha256", "sha512"):
        lines = [f"{hashlib.new(name, files[path]).hexdigest()}  {path}\n" for path in payload]
        files[f"manifest-{name}.txt"] = "".join(lines).encode()
    oxum = f"Payload-Oxum: {sum(len(files[path]) for path in payload)}.{len(payload)}\n"
    info = files.get("bag-info.txt", b"").decode()
    files["bag-info.txt"] = "".join(
        oxum if line.startswith("Payload-Oxum") else line for line in info.splitlines(keepends=True)
    ).encode()
    write_tagmanifest(files)


def write_tagmanifest(files: Files) -> None:
    tags = sorted(p for p in files if not p.startswith(("data/", "segel/")) and p != "tagmanifest-sha512.txt")
    lines = [f"{hashlib.sha512(files[path]).hexdigest()}  {path}\n" for path in tags]
    files["tagmanifest-sha512.txt"] = "".join(lines).encode()


def seal_files(files: Files, office: Office) -> None:
    """Seal and token over the tag manifest as it is."""
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"], office.seal)
    files[TOKEN_FILE] = stamp_bytes(files["tagmanifest-sha512.txt"], office)


def make_files(office: Office, *, sample: bool = True) -> Files:
    """A whole package, as bytes by path below the top folder."""
    files = make_payload(office, sample=sample)
    files["bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    files["bag-info.txt"] = (
        f"Source-Organization: Diskominfo\nExternal-Identifier: {CASE}\nBagging-Date: 2026-11-22\nPayload-Oxum: 0.0\n"
        f"Bag-Software-Agent: pengujian\nKentongan-Package-Format: 1\nKentongan-Data-Contoh: "
        f"{'ya' if sample else 'tidak'}\n"
    ).encode()
    files["segel.json"] = json.dumps(declaration(office, sample=sample), indent=2).encode() + b"\n"
    files["verifikasi.py"] = VERIFIER.read_bytes()
    files["verifikasi.html"] = PAGE.read_bytes()
    files["CARA-VERIFIKASI.md"] = b"# Cara verifikasi\n"
    files["batasan.md"] = b"# Batasan\n"
    write_manifests(files)
    seal_files(files, office)
    return files


def zip_files(files: Mapping[str, bytes], *, top: str = CASE, deflated: bool = False) -> bytes:
    """The files as one zip, sorted, with fixed attributes."""
    return zip_entries([(f"{top}/{path}", files[path]) for path in sorted(files)], deflated=deflated)


def zip_entries(entries: Sequence[tuple[str, bytes]], *, deflated: bool = False, mode: int = 0o100644) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = mode << 16
            entry.compress_type = archive.compression
            archive.writestr(entry, data)
    return out.getvalue()


def write_folder(files: Mapping[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder
