// SPDX-License-Identifier: MIT
// Millrace's part for pictures: a library of its own, which core/images opens. It knows Qt Gui and nothing of Millrace but ImageCalls.h.
#include "images/ImageCalls.h"
#include "WholePicture.h"

#include <QBuffer>
#include <QByteArray>
#include <QColorSpace>
#include <QImage>
#include <QImageReader>
#include <QImageWriter>
#include <QLoggingCategory>
#include <QString>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <exception>

using namespace millrace;

namespace {

constexpr std::array<const char *, 9> Formats{"png", "jpeg", "gif", "bmp", "webp", "tiff", "ppm", "pgm", "pbm"};

constexpr qsizetype MostScans = 200;

QByteArray nameOf(QByteArray format)
{
    format = format.toLower();
    return format == "jpg" ? QByteArrayLiteral("jpeg") : format == "tif" ? QByteArrayLiteral("tiff") : format;
}

/// Cameras write what they see and how it is to be turned.
bool isTurned(const QImageReader &reader)
{
    return reader.transformation() & QImageIOHandler::TransformationRotate90;
}

/// Pixels; of what may become too large for QSize.
struct Space
{
    double width, height;

    explicit Space(const QSize &size) : width(size.width()), height(size.height()) {}
    bool isLargerThan(int64_t pixels) const { return width * height > double(pixels); }
    QSize size() const { return {std::max(1, int(std::lround(width))), std::max(1, int(std::lround(height)))}; }
    QByteArray text() const
    {
        return QByteArray::number(std::round(width), 'f', 0) + " by " + QByteArray::number(std::round(height), 'f', 0)
               + " pixels";
    }
};

/// The size that a picture gets.
Space fitted(const QSize &size, const ImageTask &task)
{
    Space space(size);
    const double byWidth = task.width > 0 ? double(task.width) / size.width() : 0;
    const double byHeight = task.height > 0 ? double(task.height) / size.height() : 0;
    if (byWidth <= 0 && byHeight <= 0)
        return space;
    if (byWidth > 0 && byHeight > 0 && task.fit == ImageFit::Stretch)
        return Space({task.width, task.height});
    double scale = byWidth <= 0 ? byHeight : byHeight <= 0 ? byWidth : std::min(byWidth, byHeight);
    if (task.fit == ImageFit::Cover)
        scale = std::max(byWidth, byHeight);
    else if (task.fit == ImageFit::Inside)
        scale = std::min(scale, 1.0);
    space.width = std::max(1.0, space.width * scale);
    space.height = std::max(1.0, space.height * scale);
    return space;
}

/// The part in the middle that there is room for.
QImage cropped(const QImage &image, const ImageTask &task)
{
    const int width = task.width > 0 ? std::min(task.width, image.width()) : image.width();
    const int height = task.height > 0 ? std::min(task.height, image.height()) : image.height();
    return image.copy((image.width() - width) / 2, (image.height() - height) / 2, width, height);
}

/// Its pixels on white, for formats that can't be seen through.
QImage opaque(const QImage &image)
{
    if (!image.hasAlphaChannel())
        return image;
    QImage flat = image.convertToFormat(QImage::Format_RGBA8888);
    for (int y = 0; y < flat.height(); ++y) {
        uchar *const line = flat.scanLine(y);
        for (int x = 0; x < flat.width(); ++x) {
            uchar *const pixel = line + 4 * x;
            for (int part = 0; part < 3; ++part)
                pixel[part] = uchar((pixel[part] * pixel[3] + 255 * (255 - pixel[3]) + 127) / 255);
            pixel[3] = 255;
        }
    }
    return flat.convertToFormat(QImage::Format_RGB888);
}

void tellMean(const QImage &image, ImageAnswer &answer)
{
    uint64_t red = 0, green = 0, blue = 0;
    for (int y = 0; y < image.height(); ++y) {
        const QImage line = image.copy(0, y, image.width(), 1).convertToFormat(QImage::Format_RGB888);
        const uchar *const pixels = line.constScanLine(0);
        for (int x = 0; x < line.width(); ++x) {
            red += pixels[3 * x];
            green += pixels[3 * x + 1];
            blue += pixels[3 * x + 2];
        }
    }
    const double count = double(image.width()) * image.height();
    answer.red = double(red) / count;
    answer.green = double(green) / count;
    answer.blue = double(blue) / count;
}

/// Its pixels alone, without who took it, where and by what: nobody has asked for that.
QImage pixelsOf(const QImage &image)
{
    QImage pixels(image.size(), image.format());
    pixels.setColorTable(image.colorTable());
    pixels.setColorSpace(image.colorSpace());
    for (int y = 0; y < pixels.height() && !image.isNull(); ++y)
        std::memcpy(pixels.scanLine(y), image.constScanLine(y),
                    size_t(std::min(pixels.bytesPerLine(), image.bytesPerLine())));
    return pixels;
}

/// Empty, or why there is no new picture.
QByteArray encode(const QImage &image, const QByteArray &format, int quality, ImageAnswer &answer)
{
    const bool isOpaque = format == "jpeg" || format == "ppm" || format == "bmp";
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, format);
    if (format != "png") // which loses nothing
        writer.setQuality(quality);
    if (!writer.write(pixelsOf(isOpaque ? opaque(image) : image)))
        return "can't be written as " + format + ": " + writer.errorString().toUtf8();
    answer.takeBytes(answer.to, bytes.constData(), size_t(bytes.size()));
    return {};
}

/// Empty, or what is wrong with it.
QByteArray work(const ImageTask &task, ImageAnswer &answer)
{
    if (task.work == ImageWork::Ask)
        return QImageWriter::supportedImageFormats().contains(task.format)
                   ? QByteArray()
                   : QByteArrayLiteral(
                       "can't be written: Qt's part for them isn't installed (qt6-image-formats-plugins)");
    QByteArray bytes = QByteArray::fromRawData(task.bytes, qsizetype(task.size));
    if (bytes.startsWith("\x89PNG"))
        bytes = withoutTexts(bytes);
    QBuffer buffer;
    buffer.setData(bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    const QByteArray format = nameOf(reader.format());
    if (std::find(Formats.begin(), Formats.end(), format) == Formats.end())
        return format.isEmpty() ? QByteArrayLiteral("can't be read: it is no picture of a format that is known here")
                                : "can't be read: pictures of the format " + format + " aren't read here";
    std::strncpy(answer.format, format.constData(), sizeof answer.format - 1);
    const QSize size = isTurned(reader) ? reader.size().transposed() : reader.size();
    if (size.isEmpty())
        return QByteArrayLiteral("can't be read: it doesn't say how large it is");
    answer.width = size.width();
    answer.height = size.height();
    answer.frames = std::max(1, reader.imageCount());
    if (task.work == ImageWork::Look)
        return {};
    if (Space(size).isLargerThan(task.mostPixels))
        return "can't be read: it says that it has " + Space(size).text() + ", more than maxPixels allows";
    if (format == "jpeg" && scansOf(bytes) > MostScans)
        return "can't be read: it is made of " + QByteArray::number(scansOf(bytes)) + " scans, and no more than "
               + QByteArray::number(MostScans) + " are read";
    if (endsEarly(format, bytes))
        return QByteArrayLiteral("can't be read: the file ends before the picture does");
    const Space target = task.work == ImageWork::Encode ? fitted(size, task) : Space(size);
    if (target.isLargerThan(task.mostPixels))
        return "would become one of " + target.text() + ", more than maxPixels allows";
    if (target.size() != size)
        reader.setScaledSize(isTurned(reader) ? target.size().transposed() : target.size());
    reader.setAutoTransform(true);
    QImage image;
    if (!reader.read(&image))
        return "can't be read: " + reader.errorString().toUtf8();
    if (task.work == ImageWork::Encode)
        return encode(task.fit == ImageFit::Cover ? cropped(image, task) : image,
                      task.format ? QByteArray(task.format) : format, task.quality, answer);
    answer.hasAlpha = image.hasAlphaChannel();
    answer.isGray = image.isGrayscale();
    tellMean(image, answer);
    return {};
}

} // namespace

extern "C" __attribute__((visibility("default"))) int millrace_image_interface()
{
    static const bool isUnlimited = [] {
        // Both are of the whole program. What may be read is said by each task, and what libraries say of a picture may hold anything.
        QImageReader::setAllocationLimit(0);
        QLoggingCategory::setFilterRules(QStringLiteral("qt.gui.imageio*=false"));
        return true;
    }();
    return isUnlimited ? ImageInterface : 0;
}

extern "C" __attribute__((visibility("default"))) void millrace_image_work(const ImageTask *task, ImageAnswer *answer)
{
    QByteArray error;
    try {
        error = work(*task, *answer);
    } catch (const std::exception &exception) {
        error = QByteArray("can't be read: ") + exception.what();
    }
    if (!error.isEmpty())
        answer->takeError(answer->to, error.constData(), size_t(error.size()));
}
