// SPDX-License-Identifier: MIT
#include "preview/ItemPictures.h"

#include <QBuffer>
#include <QHash>
#include <QImageReader>

#include <algorithm>
#include <array>

namespace millrace {

namespace {

constexpr int MostFacts = 5'000;
constexpr int MostKiB = 32 * 1024; // of copies that are kept
constexpr int MostSide = 20'000;   // pixels of a picture that is read

bool isOfPixels(const QByteArray &format)
{
    static constexpr std::array formats{"png",  "jpeg", "jpg", "gif", "bmp", "webp",
                                        "tiff", "tif",  "ico", "ppm", "pgm", "pbm"};
    return std::ranges::any_of(formats, [&](const char *known) { return format == known; });
}

/// No larger than copies are; null where it can't be read.
QImage smallCopy(const QByteArray &bytes)
{
    QBuffer buffer;
    buffer.setData(bytes);
    QImageReader reader(&buffer);
    const QSize size = reader.size();
    if (size.width() > ItemPictures::Widest || size.height() > ItemPictures::Widest)
        reader.setScaledSize(size.scaled(ItemPictures::Widest, ItemPictures::Widest, Qt::KeepAspectRatio));
    return reader.read();
}

} // namespace

ItemPictures::ItemPictures(QObject *parent) : QObject(parent), m_facts(MostFacts), m_pictures(MostKiB)
{
    m_pool.setMaxThreadCount(1);
}

ItemPictures::~ItemPictures()
{
    m_pool.clear();
}

size_t ItemPictures::keyOf(const Value &value) const
{
    const std::string_view bytes = value.toText();
    return qHashBits(bytes.data(), bytes.size(), bytes.size());
}

std::optional<ItemPictures::Facts> ItemPictures::factsOf(const Value &value) const
{
    if (!value.isBytes() || value.toText().empty())
        return {};
    const size_t key = keyOf(value);
    if (const std::optional<Facts> *known = m_facts.object(key))
        return *known;
    const std::string_view bytes = value.toText();
    const QByteArray view = QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size()));
    QBuffer buffer;
    buffer.setData(view);
    std::optional<Facts> facts;
    QImageReader reader(&buffer);
    if (const QByteArray format = reader.format(); isOfPixels(format)) {
        const QSize size = reader.size();
        if (!size.isEmpty() && size.width() <= MostSide && size.height() <= MostSide)
            facts = Facts{QString::fromLatin1(format).toUpper(), size};
    }
    m_facts.insert(key, new std::optional<Facts>(facts));
    return facts;
}

QImage ItemPictures::picture(const Value &value)
{
    if (!factsOf(value))
        return {};
    const size_t key = keyOf(value);
    if (const QImage *known = m_pictures.object(key))
        return *known;
    if (m_open.contains(key))
        return {};
    m_open.insert(key);
    const std::string_view bytes = value.toText();
    m_pool.start([this, key, copy = QByteArray(bytes.data(), qsizetype(bytes.size()))] {
        const QImage image = smallCopy(copy);
        QMetaObject::invokeMethod(
            this,
            [this, key, image] {
                m_open.remove(key);
                m_pictures.insert(key, new QImage(image), std::max(1, int(image.sizeInBytes() / 1024)));
                Q_EMIT ready();
            },
            Qt::QueuedConnection);
    });
    return {};
}

} // namespace millrace
