// SPDX-License-Identifier: MIT
#include "window/commands/FileCommands.h"

#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/DrawingExport.h"
#include "model/Edits.h"
#include "run/RunBridge.h"
#include "theme/PlainText.h"
#include "theme/SaveDialog.h"
#include "theme/Text.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>
#include <QStandardPaths>

#include <utility>

namespace millrace {

namespace {

constexpr int MostRecent = 10;

QString filterText()
{
    return FileCommands::tr("Pipelines (*.millrace);;All files (*)");
}

QString startFolder(const Document &document)
{
    return document.path().isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                                     : document.folder();
}

} // namespace

FileCommands::FileCommands(Parts parts, QWidget *window)
    : QObject(window), m_parts(parts), m_window(window), m_recent(new QMenu(tr("Open &recent"), window))
{
    joinActions();
    followDocument();
}

void FileCommands::joinActions()
{
    const auto on = [this](const char *id, void (FileCommands::*command)()) {
        connect(m_parts.actions[id], &QAction::triggered, this, command);
    };
    on("file.new", &FileCommands::newFile);
    on("file.open", &FileCommands::openWithDialog);
    on("file.save", &FileCommands::save);
    on("file.saveAs", &FileCommands::saveAs);
    on("file.revert", &FileCommands::revert);
    on("file.export", &FileCommands::exportPicture);
}

void FileCommands::followDocument()
{
    Document &document = m_parts.document;
    const auto enableRevert = [this] {
        m_parts.actions["file.revert"]->setEnabled(m_parts.document.isDirty() && !m_parts.document.path().isEmpty());
    };
    connect(&document, &Document::historyChanged, this, enableRevert);
    enableRevert();
    connect(&document, &Document::opened, this, [this] { noteRecent(m_parts.document.path()); });
    connect(&document, &Document::saved, this, [this] {
        noteRecent(m_parts.document.path());
        m_parts.messages.hide();
        Q_EMIT told(tr("Saved as %1.").arg(QDir::toNativeSeparators(m_parts.document.path())), 3000);
    });
    connect(&document, &Document::failed, this, [this](const QString &sentence) {
        m_opening = {};
        m_parts.messages.show(MessageBar::Kind::Error, sentence);
    });
    connect(&document, &Document::warned, this, [this](const QStringList &sentences) {
        const QString more = sentences.size() > 1 ? tr(" (and %1 more)").arg(sentences.size() - 1) : QString();
        m_parts.messages.show(MessageBar::Kind::Warning, tr("The file was opened. %1%2").arg(sentences.front(), more));
    });
}

void FileCommands::newFile()
{
    if (mayLeave())
        m_parts.document.reset();
}

void FileCommands::openThen(const QString &path, std::function<void()> then)
{
    m_opening = {QFileInfo(path).absoluteFilePath(), std::move(then)};
    m_parts.document.open(path);
}

void FileCommands::followOpened()
{
    const auto opening = std::exchange(m_opening, {});
    if (opening.then && opening.path == m_parts.document.path())
        opening.then();
}

void FileCommands::openHere(const QString &path)
{
    // One window for a file: two would overwrite each other's work.
    if (QWidget *window = windowOf(path); window && window != m_window)
        bringUp(*window);
    else if (mayLeave())
        open(QFileInfo(path).absoluteFilePath());
}

QWidget *FileCommands::windowOf(const QString &path)
{
    const QFileInfo wanted(path);
    for (QWidget *window : QApplication::topLevelWidgets()) {
        const auto *files = window->findChild<FileCommands *>(QString(), Qt::FindDirectChildrenOnly);
        const QString known = files ? files->m_parts.document.path() : QString();
        if (!known.isEmpty() && (known == wanted.absoluteFilePath() || QFileInfo(known) == wanted))
            return window;
    }
    return nullptr;
}

void FileCommands::bringUp(QWidget &window)
{
    window.show();
    window.raise();
    window.activateWindow();
}

void FileCommands::openWithDialog()
{
    const QString path =
        QFileDialog::getOpenFileName(m_window, tr("Open a pipeline"), startFolder(m_parts.document), filterText());
    if (!path.isEmpty())
        openHere(path);
}

void FileCommands::save()
{
    if (m_parts.document.path().isEmpty())
        saveAs();
    else
        m_parts.document.save(m_parts.document.path());
}

QString FileCommands::pathToSaveAs()
{
    const QString start = m_parts.document.path().isEmpty()
                              ? startFolder(m_parts.document) + QStringLiteral("/untitled.millrace")
                              : m_parts.document.path();
    const QString path =
        askWhereToSave(m_window, tr("Save the pipeline"), start, filterText().split(QStringLiteral(";;")));
    if (!path.isEmpty())
        m_parts.document.edit(tr("Keep the files it reads"), {}, [&](Pipeline &pipeline) {
            keepInputPaths(pipeline, m_parts.document.registry(), m_parts.document.folder(),
                           QFileInfo(path).absolutePath());
        });
    return path;
}

void FileCommands::saveAs()
{
    if (const QString path = pathToSaveAs(); !path.isEmpty())
        m_parts.document.save(path, true);
}

void FileCommands::revert()
{
    if (m_parts.questions.confirm(
            tr("Go back to “%1” as it was saved? Undo brings your changes back.").arg(m_parts.document.title()),
            tr("Revert")))
        m_parts.document.reload();
}

bool FileCommands::mayLeave()
{
    const bool isDirty = m_parts.document.isDirty(), isAttached = m_parts.bridge.isAttached(),
               isRunning = m_parts.bridge.isUnderWay() && !isAttached;
    if (!isDirty && !isRunning) {
        if (isAttached)
            m_parts.bridge.stop(); // which ends nothing: it goes on elsewhere
        return true;
    }
    const QString name = m_parts.document.title();
    const QString question = isDirty && isRunning ? tr("“%1” is running and has changes that are not saved.").arg(name)
                             : isRunning
                                 ? tr("“%1” is running. Its results stay as they were; what is finished by then is "
                                      "kept beside them as “….partial”.")
                                       .arg(name)
                                 : tr("“%1” has changes that are not saved.").arg(name);
    const auto answer = m_parts.questions.askLeaving(question, isDirty, isRunning);
    if (answer == Questions::Leaving::Cancel)
        return false;
    if (answer == Questions::Leaving::Save) {
        const QString path = m_parts.document.path().isEmpty() ? pathToSaveAs() : m_parts.document.path();
        if (path.isEmpty() || !m_parts.document.saveNow(path))
            return false;
    }
    m_parts.bridge.stop();
    m_parts.bridge.stop(); // twice: what is under way is dropped
    return true;
}

void FileCommands::noteRecent(const QString &path)
{
    if (path.isEmpty())
        return;
    QSettings settings;
    QStringList recent = settings.value(QStringLiteral("recent")).toStringList();
    recent.removeAll(path);
    recent.prepend(path);
    while (recent.size() > MostRecent)
        recent.removeLast();
    settings.setValue(QStringLiteral("recent"), recent);
}

void FileCommands::fillRecentMenu()
{
    m_recent->clear();
    int number = 0;
    for (const QString &path : QSettings().value(QStringLiteral("recent")).toStringList()) {
        const QFileInfo file(path);
        QString name = tr("%1   %2").arg(file.fileName(), QDir::toNativeSeparators(file.absolutePath()));
        name.replace(QLatin1Char('&'), QLatin1String("&&"));
        QAction *entry = m_recent->addAction(++number < 10 ? QStringLiteral("&%1   %2").arg(number).arg(name) : name);
        entry->setToolTip(plainToolTip(path));
        entry->setEnabled(file.exists());
        connect(entry, &QAction::triggered, this, [this, path] { openHere(path); });
    }
    m_recent->setEnabled(number > 0);
    if (number == 0)
        return;
    m_recent->addSeparator();
    connect(m_recent->addAction(tr("&Clear this list")), &QAction::triggered, this, [this] {
        QSettings().remove(QStringLiteral("recent"));
        fillRecentMenu();
    });
}

void FileCommands::exportPicture()
{
    const QString start = startFolder(m_parts.document) + QLatin1Char('/')
                          + QFileInfo(m_parts.document.title()).completeBaseName() + QStringLiteral(".svg");
    const QString path =
        askWhereToSave(m_window, tr("Export the drawing"), start,
                       {tr("SVG, sharp at every size (*.svg)"), tr("PNG, as it is on the screen (*.png)")});
    if (path.isEmpty())
        return;
    if (const auto done = exportDrawing(m_parts.document.pipeline(), m_parts.document.registry(), path))
        Q_EMIT told(tr("The drawing was written to %1.").arg(QDir::toNativeSeparators(path)), 5000);
    else
        m_parts.messages.show(MessageBar::Kind::Error, toQString(done.error().message));
}

} // namespace millrace
