// SPDX-License-Identifier: MIT
#include "WholePicture.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

/// Reads numbers of a few bytes; behind the end there are zeros, and the end is remembered.
class Bytes
{
public:
    explicit Bytes(const QByteArray &bytes) : m_bytes(bytes) {}

    uint32_t byte(int64_t at)
    {
        if (at < 0 || at >= m_bytes.size()) {
            m_isOver = true;
            return 0;
        }
        return uint8_t(m_bytes[qsizetype(at)]);
    }
    uint32_t big16(int64_t at) { return byte(at) << 8 | byte(at + 1); }
    uint32_t little16(int64_t at) { return byte(at) | byte(at + 1) << 8; }
    uint32_t little32(int64_t at) { return little16(at) | little16(at + 2) << 16; }
    bool isOver() const { return m_isOver; }

private:
    const QByteArray &m_bytes;
    bool m_isOver = false;
};

/// Segments with their lengths up to the first scan, then an end somewhere behind that: in what a scan holds there is none. Others may follow, as the
/// film of a phone's picture does.
bool jpegEndsEarly(const QByteArray &bytes)
{
    constexpr uint32_t Mark = 0xff, Scan = 0xda;
    Bytes file(bytes);
    int64_t at = 2;
    while (!file.isOver() && file.byte(at) == Mark) {
        const uint32_t kind = file.byte(at + 1);
        if (kind == Scan)
            return bytes.indexOf(QByteArrayView("\xff\xd9", 2), qsizetype(at)) < 0;
        const bool isBare = kind == Mark || kind == 1 || (kind >= 0xd0 && kind <= 0xd9); // without a length
        at += kind == Mark ? 1 : isBare ? 2 : 2 + int64_t(file.big16(at + 2));
    }
    return file.isOver(); // else there is something odd, of which the reader says what
}

/// Its blocks up to the one that ends it.
bool gifEndsEarly(const QByteArray &bytes)
{
    constexpr uint32_t Extension = 0x21, Image = 0x2c, HasColours = 0x80;
    Bytes file(bytes);
    const auto coloursOf = [&file](int64_t flags) {
        const uint32_t bits = file.byte(flags);
        return bits & HasColours ? int64_t(3) << ((bits & 7) + 1) : int64_t(0);
    };
    int64_t at = 13 + coloursOf(10);
    for (uint32_t kind = file.byte(at); !file.isOver() && (kind == Extension || kind == Image); kind = file.byte(at)) {
        at += kind == Extension ? 2 : 11 + coloursOf(at + 9);
        while (const uint32_t length = file.byte(at))
            at += 1 + length;
        ++at;
    }
    return file.isOver();
}

/// Its rows, as long as its header says.
bool bmpEndsEarly(const QByteArray &bytes)
{
    constexpr uint32_t OldHeader = 12, Plain = 0, Fields = 3;
    Bytes file(bytes);
    const int64_t begin = file.little32(10);
    if (file.little32(14) == OldHeader)
        return file.isOver();
    const int64_t width = int32_t(file.little32(18)), height = std::abs(int64_t(int32_t(file.little32(22))));
    const uint32_t bits = file.little16(28), packing = file.little32(30);
    const int64_t length =
        packing == Plain || packing == Fields ? (width * bits + 31) / 32 * 4 * height : int64_t(file.little32(34));
    return file.isOver() || begin + length > bytes.size();
}

} // namespace

qsizetype scansOf(const QByteArray &jpeg)
{
    const QByteArrayView scan("\xff\xda", 2), end("\xff\xd9", 2);
    const qsizetype first = jpeg.indexOf(scan), last = jpeg.indexOf(end, std::max<qsizetype>(first, 0));
    return first < 0 ? 0 : QByteArrayView(jpeg).sliced(first, (last < 0 ? jpeg.size() : last) - first).count(scan);
}

QByteArray withoutTexts(const QByteArray &png)
{
    constexpr qsizetype Signature = 8, AroundData = 12;
    constexpr int64_t FewBytes = 64 * 1024;
    Bytes file(png);
    QByteArray kept = png.left(Signature);
    int64_t texts = 0;
    bool isPacked = false;
    for (qsizetype at = Signature; at + AroundData <= png.size();) {
        const int64_t length = int64_t(file.big16(at)) << 16 | file.big16(at + 2);
        const QByteArrayView name = QByteArrayView(png).sliced(at + 4, 4);
        const qsizetype whole = qsizetype(std::min<int64_t>(length + AroundData, png.size() - at));
        if (name == "tEXt" || name == "zTXt" || name == "iTXt") {
            texts += whole;
            isPacked |= name != "tEXt";
        } else {
            kept.append(png.constData() + at, whole);
        }
        at += whole;
    }
    return isPacked || texts > FewBytes ? kept : png;
}

bool endsEarly(const QByteArray &format, const QByteArray &bytes)
{
    if (format == "jpeg")
        return jpegEndsEarly(bytes);
    if (format == "gif")
        return gifEndsEarly(bytes);
    if (format == "bmp")
        return bmpEndsEarly(bytes);
    return format == "png" && !bytes.contains("IEND");
}
