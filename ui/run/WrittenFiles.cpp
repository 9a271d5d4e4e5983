// SPDX-License-Identifier: MIT
#include "run/WrittenFiles.h"

#include "pipeline/Parameters.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QMenu>
#include <QUrl>

namespace millrace {

std::vector<WrittenFile> writtenFiles(const Pipeline &pipeline, const StepRegistry &registry, const QString &folder)
{
    std::vector<WrittenFile> files;
    const FilledPipeline filled(pipeline, registry);
    for (const PipelineStep &step : filled.pipeline().steps) {
        const StepType *type = registry.find(step.type);
        if (!type || type->kind != StepKind::Sink || !step.isEnabled)
            continue;
        for (const Param &param : type->params) {
            const Value *value = step.param(param.name);
            if (param.kind != ParamKind::OutputFile || !value || !value->isText() || value->toText().empty())
                continue;
            const QFileInfo file(QDir(folder.isEmpty() ? QDir::currentPath() : folder), toQString(value->toText()));
            if (file.isFile())
                files.push_back({step.id, file.absoluteFilePath(), uint64_t(file.size())});
        }
    }
    return files;
}

WrittenButton::WrittenButton(Theme &theme, QWidget *parent) : QToolButton(parent), m_theme(theme)
{
    openUrl = [](const QUrl &url) { QDesktopServices::openUrl(url); };
    setMenu(new QMenu(this));
    setPopupMode(InstantPopup);
    setAccessibleName(tr("What the run has written"));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setIcon(theme.mutedIcon(QStringLiteral("sink")));
    setFocusPolicy(Qt::TabFocus);
    hide();
}

void WrittenButton::setFiles(const std::vector<WrittenFile> &files)
{
    menu()->clear();
    setVisible(!files.empty());
    if (files.empty())
        return;
    const QString name = QFileInfo(files.front().path).fileName();
    setText(files.size() == 1 ? tr("Written: %1").arg(fontMetrics().elidedText(name, Qt::ElideMiddle, 220))
                              : tr("%1 files written").arg(files.size()));
    setToolTip(files.size() == 1 ? plainToolTip(QDir::toNativeSeparators(files.front().path))
                                 : tr("What the run has written"));
    for (const WrittenFile &file : files)
        addEntries(file, files.size() == 1);
}

void WrittenButton::addEntries(const WrittenFile &file, bool isOnly)
{
    const QFileInfo info(file.path);
    QString name = info.fileName();
    name.replace(QLatin1Char('&'), QLatin1String("&&"));
    QMenu *within = isOnly ? menu() : menu()->addMenu(name);
    within->menuAction()->setToolTip(plainToolTip(info.fileName())); // else its text would be
    const auto add = [this, within](const QString &text, const QString &icon, const QString &path) {
        connect(within->addAction(m_theme.icon(icon), text), &QAction::triggered, this,
                [this, path] { openUrl(QUrl::fromLocalFile(path)); });
    };
    add(tr("&Open"), QStringLiteral("open"), info.absoluteFilePath());
    add(tr("Open its &folder"), QStringLiteral("folder"), info.absolutePath());
}

} // namespace millrace
