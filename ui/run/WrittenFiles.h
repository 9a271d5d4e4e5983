// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "steps/StepType.h"
#include "theme/Theme.h"

#include <QString>
#include <QToolButton>

#include <functional>
#include <string>
#include <vector>

class QUrl;

namespace millrace {

/// A file that a sink of a run has written.
struct WrittenFile
{
    std::string step;
    QString path; ///< absolute
    uint64_t bytes = 0;

    bool operator==(const WrittenFile &) const = default;
};

/// The files that the pipeline's sinks write, as far as they are there. Looks at the disk.
std::vector<WrittenFile> writtenFiles(const Pipeline &pipeline, const StepRegistry &registry, const QString &folder);

/// Says in the status bar what a run has written; its menu opens the files and the folders that they are in.
class WrittenButton : public QToolButton
{
    Q_OBJECT

public:
    explicit WrittenButton(Theme &theme, QWidget *parent = nullptr);

    /// Hidden where there are none.
    void setFiles(const std::vector<WrittenFile> &files);
    /// Opens a file or a folder with the desktop's program for it; tests answer in its place.
    std::function<void(const QUrl &)> openUrl;

private:
    void addEntries(const WrittenFile &file, bool isOnly);

    Theme &m_theme;
};

} // namespace millrace
