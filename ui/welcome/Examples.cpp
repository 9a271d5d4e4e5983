// SPDX-License-Identifier: MIT
#include "welcome/Examples.h"

#include "canvas/CanvasScene.h"
#include "model/Drawing.h"
#include "pipeline/PipelineFile.h"
#include "steps/script/CommandWords.h"
#include "theme/Text.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QPainter>
#include <QStandardPaths>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr char Ending[] = ".millrace";
constexpr double PictureMargin = 16; // around the drawing, in its own pixels
constexpr double LargestScale = 1;   // small drawings are not blown up

QString inProgram(const QString &name)
{
    return QStringLiteral(":/examples/") + name;
}

Result<Pipeline> readExample(const QString &id)
{
    QFile file(inProgram(id + QLatin1String(Ending)));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::Io, toUtf8(QStringLiteral("There is no example “%1”.").arg(id)));
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
    const QString parent = QFileInfo(path).path();
    if (!QDir().mkpath(parent))
        return failure(ErrorKind::Io,
                       toUtf8(QStringLiteral("The folder “%1” can't be made. Make room there, or give yourself the "
                                             "right to write there.")
                                  .arg(QDir::toNativeSeparators(parent))));
    if (!QFile::copy(inProgram(name), path))
        return failure(ErrorKind::Io,
                       toUtf8(QStringLiteral("“%1” can't be written. Make room there, or give yourself the right "
                                             "to write into the folder.")
                                  .arg(QDir::toNativeSeparators(path))));
    QFile::setPermissions(path, QFile::permissions(path) | QFileDevice::WriteOwner); // the program's own are read-only
    return {};
}

/// The words of what a step calls, the program first; empty where it calls none.
std::vector<std::string> commandOf(const PipelineStep &step)
{
    const Value *command = step.type == "program" ? step.param("command") : nullptr;
    const auto words = command ? commandWords(*command) : Result<std::vector<std::string>>(std::vector<std::string>());
    return words ? *words : std::vector<std::string>();
}

/// The example's own file first, then those that its steps read or execute, each as it is called in the program.
QStringList filesOf(const QString &id, const Pipeline &pipeline)
{
    QStringList files{id + QLatin1String(Ending)};
    const QString folder = QFileInfo(files.front()).path();
    const auto add = [&](const std::string &named) {
        const QString name = QDir::cleanPath(folder + QLatin1Char('/') + toQString(named));
        if (!named.empty() && QFileInfo(inProgram(name)).isFile() && !files.contains(name))
            files << name;
    };
    for (const PipelineStep &step : pipeline.steps) {
        for (const auto &[name, value] : step.params)
            if (value.isText())
                add(std::string(value.toText()));
        for (const std::string &word : commandOf(step))
            add(word);
    }
    return files;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

std::vector<Example> builtInExamples()
{
    QStringList ids;
    const QString root = inProgram({});
    QDirIterator files(root, {QLatin1Char('*') + QLatin1String(Ending)}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext())
        ids << files.next().mid(root.size()).chopped(int(sizeof Ending) - 1);
    std::ranges::sort(ids, {}, [](const QString &id) { return std::pair(id.count(QLatin1Char('/')), id); });
    std::vector<Example> examples;
    for (const QString &id : ids)
        if (auto pipeline = readExample(id))
            examples.push_back({id, *std::move(pipeline)});
    return examples;
}

QStringList programsOf(const Pipeline &pipeline)
{
    QStringList programs;
    for (const PipelineStep &step : pipeline.steps)
        if (const auto words = commandOf(step); !words.empty() && !programs.contains(toQString(words.front())))
            programs << toQString(words.front());
    return programs;
}

QStringList missingOf(const QStringList &programs)
{
    QStringList missing;
    for (const QString &program : programs)
        if (QStandardPaths::findExecutable(program).isEmpty())
            missing << program;
    return missing;
}

Result<QString> unpackExample(const QString &id, const QString &folder)
{
    const auto pipeline = readExample(id);
    if (!pipeline)
        return pipeline.forward();
    const QStringList files = filesOf(id, *pipeline);
    for (const QString &file : files)
        if (const auto done = putFile(file, folder); !done)
            return done.forward();
    return QDir(folder).filePath(files.front());
}

bool isAsShipped(const QString &id, const QString &folder)
{
    const auto pipeline = readExample(id);
    return pipeline && std::ranges::all_of(filesOf(id, *pipeline), [&](const QString &file) {
               return contentOf(QDir(folder).filePath(file)) == contentOf(inProgram(file));
           });
}

bool isShippedFile(const QString &id, const QString &name, const QString &folder)
{
    const QString file = QDir::cleanPath(QFileInfo(id).path() + QLatin1Char('/') + name);
    const QString path = QDir(folder).filePath(file);
    return QFileInfo(inProgram(file)).isFile() && !QFileInfo(path).isSymLink()
           && contentOf(path) == contentOf(inProgram(file));
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
    scene.setPicture();
    scene.setDrawing(drawing);
    QPixmap picture(size * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(theme.colors().canvas);
    const QRectF content = scene.contentRect().adjusted(-PictureMargin, -PictureMargin, PictureMargin, PictureMargin);
    const double scale = std::min({LargestScale, size.width() / content.width(), size.height() / content.height()});
    QRectF target({}, content.size() * scale);
    target.moveCenter(QRectF(QPointF(), size).center());
    QPainter painter(&picture);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    scene.render(&painter, target, content);
    return picture;
}

} // namespace millrace
