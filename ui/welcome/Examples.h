// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"
#include "theme/Theme.h"

#include <QPixmap>
#include <QString>
#include <QStringList>

#include <vector>

namespace millrace {

/// An example that comes with the program.
struct Example
{
    QString id; ///< path of its file below the folder of examples, without the ending
    Pipeline pipeline;
};

/// In the order of their names; those in folders, which need more than this program, last.
std::vector<Example> builtInExamples();

/// The programs that a pipeline's steps call, each once, as they are called.
QStringList programsOf(const Pipeline &pipeline);
/// Those of them that are not installed here.
QStringList missingOf(const QStringList &programs);

/// Puts an example with the files that it reads into a folder, and returns its path. What is there already stays as it is, so
/// that one's own changes are kept.
Result<QString> unpackExample(const QString &id, const QString &folder);

/// Whether an unpacked example and all that it reads and executes are as they came with the program.
bool isAsShipped(const QString &id, const QString &folder);

/// Whether a file beside an unpacked example (`name`: relative to its folder) is as it came with the program.
bool isShippedFile(const QString &id, const QString &name, const QString &folder);

/// Where examples are unpacked: a folder that the person sees among the documents.
QString examplesFolder();

/// The drawing alone, fitted into a size.
QPixmap drawingPicture(const Pipeline &pipeline, const StepRegistry &registry, Theme &theme, QSize size, double ratio);

} // namespace millrace
