"""Renders documents for PacSpace: HTML parts in, one PDF/A-3b out, over standard input and output, one job after the other.

A frame is a type (one byte), a length (four bytes, big-endian) and that many bytes.

  in   J  a job: {"pages", "identifier", "attachment": {"name", "type", "description", "relationship", "modified"} or null}
       A  the attachment's bytes, when there is one
       H  a part: a whole HTML document of one or more pages; read when the pages before it are painted
       E  no more parts
  out  R  ready, once, with the versions that decide the bytes
       P  a piece of the PDF
       D  done
       X  the job failed, and why; the process goes on with the next job

Nothing is fetched: every address is refused. The first part may hold links; those of later parts are not linked.
"""

import bisect
import io
import itertools
import json
import logging
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

import pydyf
import weasyprint
from weasyprint.text.fonts import FontConfiguration

PIECE = 1 << 16
LARGEST_FRAME = 16 << 20
MAPPINGS_IN_A_BLOCK = 100  # PDF 32000-1, 9.10.3: at most so many between beginbfchar and endbfchar
PREFIX = 'pdf_' if int(weasyprint.__version__.split('.')[0]) >= 59 else ''  # options were renamed
MISSING = '\u25a1'  # what a character is shown as that no font has; it would be left out without a word

tempfile.tempdir = os.environ['TMPDIR']  # not tried out by writing a file, since none can be written
logging.getLogger('weasyprint').setLevel(logging.CRITICAL)


class Frames:
    def __init__(self, source, sink):
        self._source, self._sink = source, sink

    def read(self, expected):
        head = self._source.read(5)
        if not head and 'J' in expected:
            sys.exit(0)
        kind, length = struct.unpack('>cI', head)
        kind = kind.decode()
        if kind not in expected or length > LARGEST_FRAME:
            sys.exit(f'unexpected frame {kind} of {length} bytes')
        payload = self._source.read(length)
        if len(payload) < length:
            sys.exit('the input ended inside a frame')
        return kind, payload

    def write(self, kind, payload=b''):
        self._sink.write(struct.pack('>cI', kind.encode(), len(payload)))
        self._sink.write(payload)
        self._sink.flush()


class Coverage:
    """The characters that some font has."""

    def __init__(self):
        listed = subprocess.run(['fc-list', '--format', '%{charset} '], capture_output=True, check=True, text=True).stdout
        ends = []
        for piece in listed.split():
            first, _, last = piece.partition('-')
            ends.append((int(first, 16), int(last or first, 16)))
        self._starts, self._lasts = [], []
        for first, last in sorted(ends):
            if self._lasts and first <= self._lasts[-1] + 1:
                self._lasts[-1] = max(self._lasts[-1], last)
            else:
                self._starts.append(first)
                self._lasts.append(last)
        if not self._starts:
            sys.exit('no font of the list is installed')

    def has(self, character):
        code = ord(character)
        at = bisect.bisect_right(self._starts, code) - 1
        return at >= 0 and code <= self._lasts[at]

    def __call__(self, html):
        return re.sub(r'[^\x00-\u02ff]', lambda match: match[0] if self._stays(match[0]) else MISSING, html)

    def _stays(self, character):
        # Joiners, direction marks and selectors are for the shaper and have no shape of their own.
        return self.has(character) or character in '\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f' or '\u202a' <= character <= '\u202e' \
            or '\u2066' <= character <= '\u2069'


class Blank:
    """Stands for a page that is not rendered yet, while links are gathered."""

    links, anchors = (), {}


class Pages:
    """Pages of a document, the first of which are laid out and the rest when they are painted, so that one part is in memory at a
    time. WeasyPrint goes over a document's pages twice for links and anchors, and then once to paint them."""

    PASSES_FOR_LINKS = 2

    def __init__(self, first, rest, count):
        self._first, self._rest, self._count = first, rest, count
        self._passes = 0

    def __iter__(self):
        self._passes += 1
        if self._passes <= self.PASSES_FOR_LINKS:
            return iter([*self._first, *[Blank()] * (self._count - len(self._first))])
        return self._painted()

    def _painted(self):
        count = 0
        for page in itertools.chain(self._first, self._rest):
            count += 1
            yield page
        if count != self._count:
            raise ValueError(f'there are {count} pages and not the {self._count} that were announced')


def refuse(url, *_, **__):
    raise ValueError('nothing is fetched')


def painted_small(page):
    """What a page has painted becomes one compressed piece at once."""
    paint = page.paint

    def paint_small(stream, *arguments, **options):
        paint(stream, *arguments, **options)
        content = b'\n'.join(item if isinstance(item, bytes) else str(item).encode('ascii') for item in stream.stream)
        stream.stream[:] = [zlib.compress(content)]
        stream.extra['Filter'] = '/FlateDecode'
        stream.compress = False
        page._page_box = None

    page.paint = paint_small
    return page


class Renderer:
    def __init__(self, stylesheet):
        self._fonts = FontConfiguration()
        self._coverage = Coverage()
        self._stylesheet = weasyprint.CSS(string=stylesheet, url_fetcher=refuse, font_config=self._fonts)

    def render(self, frames):
        job = json.loads(frames.read('J')[1])
        attachment = job['attachment']
        content = frames.read('A')[1] if attachment else None
        document = self._lay_out(frames.read('H')[1])
        document.pages = Pages([painted_small(page) for page in document.pages], self._later(frames), job['pages'])
        pdf = io.BytesIO()
        document.write_pdf(
            pdf, attachments=[weasyprint.Attachment(file_obj=io.BytesIO(content), description=attachment['description'])] if attachment else None,
            finisher=lambda _, pdf: finish(pdf, attachment),
            **{PREFIX + 'variant': 'pdf/a-3b', PREFIX + 'identifier': job['identifier'].encode('ascii')})
        with pdf.getbuffer() as whole:
            for at in range(0, len(whole), PIECE):
                frames.write('P', whole[at:at + PIECE])
        frames.write('D')

    def _lay_out(self, html):
        text = self._coverage(html.decode('utf-8'))
        return weasyprint.HTML(string=text, base_url='pacspace:', url_fetcher=refuse).render(stylesheets=[self._stylesheet], font_config=self._fonts)

    def _later(self, frames):
        while True:
            kind, html = frames.read('HE')
            if kind == 'E':
                return
            for page in self._lay_out(html).pages:
                yield painted_small(page)


def finish(pdf, attachment):
    """What PDF/A-3 asks for and WeasyPrint leaves out."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and b'begincmap' in item.stream:
            split_mappings(item)
    if attachment is None:
        return
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get('Type') == '/Filespec':
            item['F'] = item['UF'] = pydyf.String(attachment['name'])
            item['AFRelationship'] = '/' + attachment['relationship']
            pdf.catalog['AF'] = pydyf.Array([item.reference])
        elif isinstance(item, pydyf.Stream) and item.extra.get('Type') == '/EmbeddedFile':
            item.extra['Subtype'] = '/' + attachment['type'].replace('/', '#2F')
            item.extra['Params']['ModDate'] = pydyf.String(attachment['modified'])


def split_mappings(to_unicode):
    """A map with more entries than a block may have, in several blocks."""
    lines = to_unicode.stream
    begin = next(i for i, line in enumerate(lines) if line.endswith(b' beginbfchar'))
    end = lines.index(b'endbfchar')
    mappings = sorted(lines[begin + 1:end])
    blocks = []
    for at in range(0, len(mappings), MAPPINGS_IN_A_BLOCK):
        block = mappings[at:at + MAPPINGS_IN_A_BLOCK]
        blocks += [b'%d beginbfchar' % len(block), *block, b'endbfchar']
    lines[begin:end + 1] = blocks
    to_unicode.compress = True


def main():
    sink = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not break the frames
    frames = Frames(sys.stdin.buffer, sink)
    with open(sys.argv[1], encoding='utf-8') as stylesheet:
        renderer = Renderer(stylesheet.read())
    frames.write('R', f'weasyprint {weasyprint.__version__}, pydyf {pydyf.__version__}'.encode())
    while True:
        try:
            renderer.render(frames)
        except (ValueError, MemoryError, KeyError) as failure:
            # The rest of the job's frames may still be coming: whoever started this ends it.
            frames.write('X', str(failure).encode()[:PIECE])
            sys.exit(1)


main()
