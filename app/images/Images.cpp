// SPDX-License-Identifier: MIT
// Millrace's part for pictures: a library of its own, which core/images opens. It knows Qt Gui and nothing of Millrace but ImageCalls.h.
#include "images/ImageCalls.h"

#include <QBuffer>
#include <QByteArray>
#include <QColorSpace>
#include <QImage>
#include <QImageReader>
#include <QImageWriter>
#include <QString>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <exception>

using namespace millrace;

namespace {

constexpr std::array<const char *, 9> Formats{"png", "jpeg", "gif", "bmp", "webp", "tiff", "ppm", "pgm", "pbm"};

QByteArray nameOf(QByteArray format)
{
    format = format.toLower();
    return format == "jpg" ? QByteArrayLiteral("jpeg") : format == "tif" ? QByteArrayLiteral("tiff") : format;
}

/// As people see it: cameras write what they see and how it is to be turned.
QSize seenSize(const QImageReader &reader)
{
    const QSize size = reader.size();
    return reader.transformation() & QImageIOHandler::TransformationRotate90 ? size.transposed() : size;
}

/// libjpeg takes a file that ends early for one with a grey rest; a whole one has an end behind its last scan. libpng says on standard error what it
/// thinks of one.
bool endsEarly(const QByteArray &format, const QByteArray &bytes)
{
    constexpr char End[] = "\xff\xd9", Scan[] = "\xff\xda";
    if (format == "jpeg")
        return bytes.lastIndexOf(QByteArrayView(End, 2)) < bytes.lastIndexOf(QByteArrayView(Scan, 2));
    return format == "png" && !bytes.contains("IEND");
}

/// The size that a picture gets. `size`: as it is.
QSize fitted(const QSize &size, const ImageTask &task)
{
    const double byWidth = task.width > 0 ? double(task.width) / size.width() : 0;
    const double byHeight = task.height > 0 ? double(task.height) / size.height() : 0;
    if (byWidth <= 0 && byHeight <= 0)
        return size;
    if (byWidth > 0 && byHeight > 0 && task.fit == ImageFit::Stretch)
        return {task.width, task.height};
    double scale = byWidth <= 0 ? byHeight : byHeight <= 0 ? byWidth : std::min(byWidth, byHeight);
    if (task.fit == ImageFit::Cover)
        scale = std::max(byWidth, byHeight);
    else if (task.fit == ImageFit::Inside)
        scale = std::min(scale, 1.0);
    return {std::max(1, int(std::lround(size.width() * scale))), std::max(1, int(std::lround(size.height() * scale)))};
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

/// Empty, or why there is no new picture.
QByteArray encode(QImage image, const QByteArray &format, int quality, ImageAnswer &answer)
{
    if (format == "jpeg" || format == "ppm" || format == "bmp")
        image = opaque(image);
    for (const QString &key : image.textKeys()) // who took it, where: nobody has asked for that
        image.setText(key, QString());
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, format);
    if (format != "png") // which loses nothing
        writer.setQuality(quality);
    if (!writer.write(image))
        return "it can't be written as " + format + ": " + writer.errorString().toUtf8();
    answer.takeBytes(answer.to, bytes.constData(), size_t(bytes.size()));
    return {};
}

/// Empty, or why it can't be done.
QByteArray work(const ImageTask &task, ImageAnswer &answer)
{
    const QByteArray bytes = QByteArray::fromRawData(task.bytes, qsizetype(task.size));
    QBuffer buffer;
    buffer.setData(bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    const QByteArray format = nameOf(reader.format());
    if (std::find(Formats.begin(), Formats.end(), format) == Formats.end())
        return format.isEmpty() ? QByteArrayLiteral("it is no picture of a format that is known here")
                                : "pictures of the format " + format + " aren't read here";
    std::strncpy(answer.format, format.constData(), sizeof answer.format - 1);
    const QSize size = seenSize(reader);
    if (size.isEmpty())
        return QByteArrayLiteral("it doesn't say how large it is");
    answer.width = size.width();
    answer.height = size.height();
    answer.frames = std::max(1, reader.imageCount());
    if (task.work == ImageWork::Look)
        return {};
    if (int64_t(size.width()) * size.height() > task.mostPixels)
        return "it says that it is " + QByteArray::number(size.width()) + " by " + QByteArray::number(size.height())
               + " pixels large, more than may be read";
    if (endsEarly(format, bytes))
        return QByteArrayLiteral("the file ends before the picture does");
    const QSize target = task.work == ImageWork::Encode ? fitted(size, task) : size;
    if (int64_t(target.width()) * target.height() > task.mostPixels)
        return "it would become " + QByteArray::number(target.width()) + " by " + QByteArray::number(target.height())
               + " pixels large, more than may be";
    if (target != size)
        reader.setScaledSize(seenSize(reader) == reader.size() ? target : target.transposed());
    reader.setAutoTransform(true);
    QImage image;
    if (!reader.read(&image))
        return reader.errorString().toUtf8();
    if (task.work == ImageWork::Encode)
        return encode(task.fit == ImageFit::Cover ? cropped(image, task) : image,
                      task.format ? QByteArray(task.format) : format, task.quality, answer);
    answer.hasAlpha = image.hasAlphaChannel();
    answer.isGray = image.isGrayscale();
    tellMean(image, answer);
    return {};
}

} // namespace

// How Qt's own limit is set is of the whole program: what may be read is said by each call here.
extern "C" __attribute__((visibility("default"))) int millrace_image_interface()
{
    QImageReader::setAllocationLimit(0);
    return ImageInterface;
}

extern "C" __attribute__((visibility("default"))) void millrace_image_work(const ImageTask *task, ImageAnswer *answer)
{
    QByteArray error;
    try {
        error = work(*task, *answer);
    } catch (const std::exception &exception) {
        error = exception.what();
    }
    if (!error.isEmpty())
        answer->takeError(answer->to, error.constData(), size_t(error.size()));
}
