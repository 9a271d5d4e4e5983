// SPDX-License-Identifier: MIT
#include "window/Safety.h"

#include "document/Document.h"
#include "document/Recovery.h"
#include "document/RecoveryBar.h"
#include "run/RunBridge.h"
#include "window/commands/FileCommands.h"
#include "window/MessageBar.h"

#include <QFileInfo>
#include <QFutureWatcher>
#include <QtConcurrentRun>

namespace millrace {

Safety::Safety(Parts parts, QObject *parent)
    : QObject(parent), m_parts(parts), m_recovery(new Recovery(parts.document, recoveryFolder(), this))
{
    connect(m_recovery, &Recovery::failed, this,
            [this](const QString &sentence) { m_parts.messages.show(MessageBar::Kind::Warning, sentence); });
    connect(&m_parts.recoveryBar, &RecoveryBar::openChosen, this, &Safety::recover);
    m_parts.recoveryBar.mayDiscard = [this](const QString &name) {
        return m_parts.questions.confirm(tr("Throw away the unsaved work of “%1”? This can't be undone.").arg(name),
                                         tr("Throw away"));
    };
    watchFile();
}

void Safety::watchFile()
{
    const Document &document = m_parts.document;
    connect(&document, &Document::conflicted, this, &Safety::showConflict);
    connect(&document, &Document::changedOnDisk, this, &Safety::showForeignChange);
    connect(&document, &Document::vanishedFromDisk, this, &Safety::showLoss);
    connect(&document, &Document::saveFailed, this, &Safety::showSaveFailure);
}

void Safety::showConflict(const QString &path)
{
    m_parts.messages.show(
        MessageBar::Kind::Warning,
        tr("Not saved: another program has changed “%1” since it was read.").arg(QFileInfo(path).fileName()),
        {{tr("Overwrite it"), [this, path] { m_parts.document.save(path, true); }},
         {tr("Save as…"), [this] { m_parts.files.saveAs(); }},
         {tr("Reload it"), [this] { m_parts.document.reload(); }}});
}

void Safety::showForeignChange()
{
    m_parts.messages.show(
        MessageBar::Kind::Warning,
        tr("Another program has changed “%1”. Undo would bring back what is here now.").arg(m_parts.document.title()),
        {{tr("Reload it"), [this] { m_parts.document.reload(); }},
         {tr("Keep mine"), [this] { m_parts.document.keepMine(); }}});
}

void Safety::showLoss()
{
    m_parts.messages.show(
        MessageBar::Kind::Warning,
        tr("“%1” was moved or deleted by another program. Here it is still whole.").arg(m_parts.document.title()),
        {{tr("Save it again"), [this] { m_parts.files.save(); }},
         {tr("Save as…"), [this] { m_parts.files.saveAs(); }}});
}

void Safety::showSaveFailure(const QString &sentence)
{
    m_parts.messages.show(
        MessageBar::Kind::Error, sentence,
        {{tr("Try again"), [this] { m_parts.files.save(); }}, {tr("Save as…"), [this] { m_parts.files.saveAs(); }}});
}

void Safety::offerUnsavedWork()
{
    auto *looking = new QFutureWatcher<std::vector<FoundWork>>(this);
    connect(looking, &QFutureWatcherBase::finished, this, [this, looking] {
        m_parts.recoveryBar.offer(looking->result());
        looking->deleteLater();
    });
    looking->setFuture(QtConcurrent::run([folder = recoveryFolder()] { return findUnsavedWork(folder); }));
}

bool Safety::isPristine() const
{
    return m_parts.document.path().isEmpty() && !m_parts.document.isDirty() && m_parts.document.captions().size() == 1
           && !m_parts.document.isBusy() && !m_parts.bridge.isUnderWay();
}

void Safety::recover(const FoundWork &work)
{
    if (!isPristine()) {
        Q_EMIT otherWindowWanted(work);
        return;
    }
    // The file goes on being the one that is found after a further crash.
    connect(
        &m_parts.document, &Document::opened, m_recovery, [this, file = work.file] { m_recovery->adopt(file); },
        Qt::SingleShotConnection);
    m_parts.document.recover(work.work.pipeline, work.work.path, work.work.edits);
}

} // namespace millrace
