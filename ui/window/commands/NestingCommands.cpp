// SPDX-License-Identifier: MIT
#include "window/commands/NestingCommands.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "model/Drawing.h"
#include "model/Edits.h"
#include "model/ProblemText.h"
#include "pipeline/fold/UnfoldStep.h"
#include "pipeline/PipelineFile.h"
#include "theme/SaveDialog.h"
#include "theme/Text.h"
#include "trust/TrustGate.h"
#include "window/commands/FileCommands.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

namespace millrace {

NestingCommands::NestingCommands(Parts parts, QWidget *window) : QObject(window), m_parts(parts), m_window(window)
{
    const auto on = [this](const char *id, auto command) {
        connect(m_parts.actions[id], &QAction::triggered, this, command);
    };
    on("edit.fold", [this] { fold(); });
    on("edit.unfold", [this] { unfold(); });
    on("edit.inside", [this] { openInside({}); });
    on("edit.outside", [this] { goAround(); });
    m_parts.actions["edit.outside"]->setEnabled(false);
    connect(&m_parts.view, &CanvasView::insideWanted, this, &NestingCommands::openInside);
}

void NestingCommands::warn(const std::string &sentence) const
{
    const Problems seen =
        asSeen({{Severity::Error, {}, {}, sentence}}, m_parts.document.pipeline(), m_parts.document.registry());
    m_parts.messages.show(MessageBar::Kind::Warning, toQString(seen.front().text));
}

bool NestingCommands::mayFold(const FoldedPart &part) const
{
    const Pipeline &pipeline = m_parts.document.pipeline();
    const Problems why =
        asSeen(whyNoFold(pipeline, part, m_parts.document.registry()), pipeline, m_parts.document.registry());
    if (why.empty())
        return true;
    m_parts.messages.show(MessageBar::Kind::Warning, toQString(why.front().text));
    return false;
}

QString NestingCommands::askFile(const FoldedPart &part) const
{
    const Pipeline &pipeline = m_parts.document.pipeline();
    const auto first = std::ranges::find_if(pipeline.steps,
                                            [&part](const PipelineStep &step) { return part.steps.contains(step.id); });
    QString word = shownName(*first, m_parts.document.registry()).toLower();
    word.replace(QRegularExpression(QStringLiteral("[^\\w]+")), QStringLiteral("-"));
    const QDir folder(toQString(part.folder));
    QString start = word + QStringLiteral(".millrace");
    for (int number = 2; folder.exists(start); ++number)
        start = QStringLiteral("%1-%2.millrace").arg(word).arg(number);
    const QString path = askWhereToSave(m_window, tr("Fold into a pipeline of its own"), folder.filePath(start),
                                        {tr("Pipelines (*.millrace)")});
    return path.isEmpty() ? path : QFileInfo(path).absoluteFilePath();
}

void NestingCommands::fold()
{
    const CanvasScene::Load load = m_parts.scene.load();
    FoldedPart part{load.steps, load.notes, load.frames, toUtf8(m_parts.document.folder()), {}};
    if (!mayFold(part))
        return;
    const QString path = askFile(part);
    if (path.isEmpty())
        return;
    part.file = toUtf8(path);
    if (FileCommands::windowOf(path)) {
        warn("\"" + toUtf8(QFileInfo(path).fileName()) + "\" is open in a window; choose another name.");
        return;
    }
    if (!mayFold(part))
        return;
    const Document &document = m_parts.document;
    const Folding made = foldSteps(document.pipeline(), part, document.registry());
    if (const auto saved = savePipeline(made.inner, part.file); !saved) {
        m_parts.messages.show(MessageBar::Kind::Error, toQString(saved.error().message));
        return;
    }
    Pipeline folded = document.pipeline(); // with its parameters, whose values its steps go by
    std::erase_if(folded.steps, [&part](const PipelineStep &step) { return !part.steps.contains(step.id); });
    m_parts.gate.noteFolded(folded, made.outer, made.step);
    const QString caption = captionOf(tr("Fold"), document.pipeline(), part.steps, document.registry());
    m_parts.document.edit(caption, {}, [&made](Pipeline &pipeline) { pipeline = made.outer; });
    showAdded({made.step});
    Q_EMIT told(tr("Written: %1. Undo puts the steps back, and leaves the file.").arg(QFileInfo(path).fileName()),
                8000);
}

void NestingCommands::unfold()
{
    const std::string step = selectedOne();
    if (step.empty())
        return;
    const Document &document = m_parts.document;
    const auto made = unfoldStep(document.pipeline(), step, document.registry(), toUtf8(document.folder()));
    if (!made) {
        warn(made.error().message);
        return;
    }
    m_parts.gate.noteForeign(made->outer);
    const QString caption = captionOf(tr("Unfold"), document.pipeline(), {step}, document.registry());
    m_parts.document.edit(caption, {}, [&made](Pipeline &pipeline) { pipeline = made->outer; });
    showAdded(made->steps);
    Q_EMIT told(tr("What was inside stands in its place. Undo folds it again; the file stays as it is."), 8000);
}

void NestingCommands::showAdded(const std::set<std::string> &steps)
{
    m_parts.scene.select(steps);
    if (!steps.empty())
        m_parts.view.showStep(*steps.begin());
}

std::string NestingCommands::selectedOne()
{
    const auto selected = m_parts.scene.selectedSteps();
    const StepItem *step = selected.size() == 1 ? m_parts.scene.step(*selected.begin()) : nullptr;
    if (step && step->view().hasInside)
        return step->id();
    Q_EMIT told(tr("Select a step that stands for another pipeline."), 4000);
    return {};
}

void NestingCommands::openInside(const std::string &given)
{
    const std::string step = given.empty() ? selectedOne() : given;
    if (step.empty())
        return;
    const Document &document = m_parts.document;
    const auto file = fileInside(document.pipeline(), step, document.registry(), toUtf8(document.folder()));
    if (!file) {
        warn(file.error().message);
        return;
    }
    const PipelineStep *found = document.pipeline().step(step);
    Q_EMIT insideWanted(toQString(*file), shownName(*found, document.registry()));
}

void NestingCommands::setAround(QWidget &window, Document &document, const QString &step)
{
    m_around = &window;
    m_aroundPath = document.path();
    QAction *back = m_parts.actions["edit.outside"];
    back->setEnabled(true);
    // What it says of the step is of the file as it was.
    connect(&m_parts.document, &Document::saved, &document, &Document::check, Qt::UniqueConnection);
    m_parts.messages.show(MessageBar::Kind::Info, tr("This is inside “%1” of %2.").arg(step, document.title()),
                          tr("Back to %1").arg(document.title()), [this] { goAround(); });
}

void NestingCommands::goAround()
{
    QWidget *window = m_around;
    if (!window && !m_aroundPath.isEmpty())
        window = FileCommands::windowOf(m_aroundPath);
    if (window)
        FileCommands::bringUp(*window);
    else if (!m_aroundPath.isEmpty())
        m_parts.files.openHere(m_aroundPath);
}

} // namespace millrace
