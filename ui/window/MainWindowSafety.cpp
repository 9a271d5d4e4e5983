// SPDX-License-Identifier: MIT
// What the main window does so that nobody's work is lost: recovery after a crash, and files that others change.
#include "document/Document.h"
#include "document/Recovery.h"
#include "document/RecoveryBar.h"
#include "editing/CanvasCommands.h"
#include "run/RunBridge.h"
#include "trust/TrustGate.h"
#include "window/MainWindow.h"
#include "window/MessageBar.h"

#include <QFileInfo>
#include <QFutureWatcher>
#include <QtConcurrentRun>

namespace millrace {

void MainWindow::joinSafety()
{
    connect(m_recovery, &Recovery::failed, this,
            [this](const QString &sentence) { m_messages->show(MessageBar::Kind::Warning, sentence); });
    connect(m_gate, &TrustGate::failed, this,
            [this](const QString &sentence) { m_messages->show(MessageBar::Kind::Warning, sentence); });
    connect(m_bridge, &RunBridge::finished, m_gate, &TrustGate::noteFinished);
    connect(m_canvasCommands, &CanvasCommands::pasting, m_gate, &TrustGate::noteForeign);
    connect(m_document, &Document::conflicted, this, &MainWindow::showConflict);
    connect(m_document, &Document::changedOnDisk, this, &MainWindow::showForeignChange);
    connect(m_document, &Document::vanishedFromDisk, this, [this] {
        m_messages->show(
            MessageBar::Kind::Warning,
            tr("“%1” was moved or deleted by another program. Here it is still whole.").arg(m_document->title()),
            {{tr("Save it again"), [this] { save(); }}, {tr("Save as…"), [this] { saveAs(); }}});
    });
    connect(m_document, &Document::saveFailed, this, [this](const QString &sentence) {
        m_messages->show(MessageBar::Kind::Error, sentence,
                         {{tr("Try again"), [this] { save(); }}, {tr("Save as…"), [this] { saveAs(); }}});
    });
    connect(m_recoveryBar, &RecoveryBar::openChosen, this, &MainWindow::recover);
    m_recoveryBar->mayDiscard = [this](const QString &name) {
        return confirm(tr("Throw away the unsaved work of “%1”? This can't be undone.").arg(name), tr("Throw away"));
    };
}

void MainWindow::showConflict(const QString &path)
{
    m_messages->show(
        MessageBar::Kind::Warning,
        tr("Not saved: another program has changed “%1” since it was read.").arg(QFileInfo(path).fileName()),
        {{tr("Overwrite it"), [this, path] { m_document->save(path, true); }},
         {tr("Save as…"), [this] { saveAs(); }},
         {tr("Reload it"), [this] { m_document->reload(); }}});
}

void MainWindow::showForeignChange()
{
    m_messages->show(
        MessageBar::Kind::Warning,
        tr("Another program has changed “%1”. Undo would bring back what is here now.").arg(m_document->title()),
        {{tr("Reload it"), [this] { m_document->reload(); }}, {tr("Keep mine"), [this] { m_document->keepMine(); }}});
}

void MainWindow::offerUnsavedWork()
{
    auto *looking = new QFutureWatcher<std::vector<FoundWork>>(this);
    connect(looking, &QFutureWatcherBase::finished, this, [this, looking] {
        m_recoveryBar->offer(looking->result());
        looking->deleteLater();
    });
    looking->setFuture(QtConcurrent::run([folder = recoveryFolder()] { return findUnsavedWork(folder); }));
}

bool MainWindow::isPristine() const
{
    return m_document->path().isEmpty() && !m_document->isDirty() && m_document->captions().size() == 1
           && !m_document->isBusy() && !m_bridge->isUnderWay();
}

void MainWindow::recover(const FoundWork &work)
{
    if (!isPristine()) {
        newWindow().recover(work);
        return;
    }
    // The file goes on being the one that is found after a further crash.
    connect(
        m_document, &Document::opened, m_recovery, [this, file = work.file] { m_recovery->adopt(file); },
        Qt::SingleShotConnection);
    m_document->recover(work.work.pipeline, work.work.path, work.work.edits);
}

} // namespace millrace
