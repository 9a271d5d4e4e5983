// SPDX-License-Identifier: MIT
#include "Examples.h"

#include "canvas/CanvasScene.h"
#include "model/Drawing.h"
#include "model/Text.h"
#include "pipeline/PipelineFile.h"

#include <QDir>
#include <QFile>
#include <QPainter>
#include <QStandardPaths>

namespace millrace {

namespace {

constexpr char Ending[] = ".millrace";
constexpr double Margin = 16;      // around the drawing, in its own pixels
constexpr double LargestScale = 1; // small drawings are not blown up

QString inProgram(const QString &name)
{
    return QStringLiteral(":/examples/") + name;
}

Result<Pipeline> readExample(const QString &id)
{
    QFile file(inProgram(id + QLatin1String(Ending)));
    if (!file.open(QIODevice::ReadOnly))
        return failure("io", toUtf8(QStringLiteral("There is no example “%1”.").arg(id)));
    auto loaded = parsePipeline(file.readAll().toStdString());
    if (!loaded)
        return loaded.forward();
    return std::move(loaded->pipeline);
}

Result<> putFile(const QString &name, const QString &folder)
{
    const QString path = QDir(folder).filePath(name);
    if (QFile::exists(path))
        return {};
    if (!QFile::copy(inProgram(name), path))
        return failure("io", toUtf8(QStringLiteral("“%1” can't be written. Make room there, or give yourself the right "
                                                   "to write into the folder.")
                                        .arg(QDir::toNativeSeparators(path))));
    QFile::setPermissions(path, QFile::permissions(path) | QFileDevice::WriteOwner); // the program's own are read-only
    return {};
}

} // namespace

std::vector<Example> builtInExamples()
{
    std::vector<Example> examples;
    for (const QString &name :
         QDir(inProgram({})).entryList({QLatin1Char('*') + QLatin1String(Ending)}, QDir::Files, QDir::Name)) {
        const QString id = name.chopped(int(sizeof Ending) - 1);
        if (auto pipeline = readExample(id))
            examples.push_back({id, *std::move(pipeline)});
    }
    return examples;
}

Result<QString> unpackExample(const QString &id, const QString &folder)
{
    const auto pipeline = readExample(id);
    if (!pipeline)
        return pipeline.forward();
    if (!QDir().mkpath(folder))
        return failure("io",
                       toUtf8(QStringLiteral("The folder “%1” can't be made. Make room there, or give yourself the "
                                             "right to write there.")
                                  .arg(QDir::toNativeSeparators(folder))));
    QStringList files{id + QLatin1String(Ending)};
    for (const PipelineStep &step : pipeline->steps)
        for (const auto &[name, value] : step.params)
            if (value.isText() && QFile::exists(inProgram(toQString(value.toText()))))
                files << toQString(value.toText());
    for (const QString &file : files)
        if (const auto done = putFile(file, folder); !done)
            return done.forward();
    return QDir(folder).filePath(files.front());
}

QString examplesFolder()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
        .filePath(QStringLiteral("Millrace examples"));
}

QPixmap drawingPicture(const Pipeline &pipeline, const StepRegistry &registry, Theme &theme, QSize size, double ratio)
{
    Drawing drawing = drawingOf(pipeline, registry);
    drawing.notes.clear(); // too small to be read
    CanvasScene scene(theme);
    scene.setDrawing(drawing);
    QPixmap picture(size * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(theme.colors().canvas);
    const QRectF content = scene.contentRect().adjusted(-Margin, -Margin, Margin, Margin);
    const double scale = std::min({LargestScale, size.width() / content.width(), size.height() / content.height()});
    QRectF target({}, content.size() * scale);
    target.moveCenter(QRectF(QPointF(), size).center());
    QPainter painter(&picture);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    scene.render(&painter, target, content);
    return picture;
}

} // namespace millrace
