// SPDX-License-Identifier: MIT
#include "editing/DrawingExport.h"

#include "canvas/CanvasScene.h"
#include "model/Drawing.h"
#include "pipeline/PipelineFile.h"
#include "theme/Text.h"

#include <QBuffer>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>

namespace millrace {

namespace {

constexpr double Margin = 30, Sharpness = 2, LargestSide = 12000;

QByteArray asPng(CanvasScene &scene, const QRectF &rect, const QColor &paper)
{
    const double scale = std::min(Sharpness, LargestSide / std::max(rect.width(), rect.height()));
    QImage image((rect.size() * scale).toSize().expandedTo({1, 1}), QImage::Format_RGB32);
    image.fill(paper);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    scene.render(&painter, {}, rect);
    painter.end();
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return buffer.data();
}

/// Qt 6.4 writes a title as it is, 6.8 so that it is XML.
bool areTitlesEscaped()
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize({1, 1});
    generator.setTitle(QStringLiteral("<"));
    QPainter(&generator).end();
    return buffer.data().contains("&lt;");
}

QByteArray asSvg(CanvasScene &scene, const QRectF &rect, const QColor &paper, const QString &title)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(rect.size().toSize());
    generator.setViewBox(QRectF(QPointF(), rect.size()));
    static const bool isEscaped = areTitlesEscaped();
    generator.setTitle(isEscaped ? title : title.toHtmlEscaped());
    QPainter painter(&generator);
    painter.setRenderHints(QPainter::Antialiasing);
    painter.fillRect(QRectF(QPointF(), rect.size()), paper);
    scene.render(&painter, QRectF(QPointF(), rect.size()), rect);
    painter.end();
    return buffer.data();
}

} // namespace

Result<> exportDrawing(const Pipeline &pipeline, const StepRegistry &registry, const QString &path)
{
    Theme paper; // its colours are the light ones until it is told otherwise; the window's stay as they are
    CanvasScene scene(paper);
    scene.setDrawing(drawingOf(pipeline, registry));
    const QRectF rect = scene.contentRect().adjusted(-Margin, -Margin, Margin, Margin).toAlignedRect();
    const QColor ground = paper.colors().window;
    const bool isPng = path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive);
    const QString title = pipeline.name.empty() ? QFileInfo(path).completeBaseName() : toQString(pipeline.name);
    const QByteArray picture = isPng ? asPng(scene, rect, ground) : asSvg(scene, rect, ground, title);
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(picture) == picture.size() && file.commit())
        return {};
    return failure(ErrorKind::Io,
                   toUtf8(QStringLiteral("“%1” can't be written: %2. Choose another folder, or make room there.")
                              .arg(QDir::toNativeSeparators(path), file.errorString())));
}

} // namespace millrace
