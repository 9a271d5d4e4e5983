// SPDX-License-Identifier: MIT
// Files of the main window: new, open, save, recent ones, pictures of the drawing.
#include "document/Document.h"
#include "editing/DrawingExport.h"
#include "model/Edits.h"
#include "run/RunBridge.h"
#include "theme/PlainText.h"
#include "theme/Text.h"
#include "window/MainWindow.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>

#include <utility>

namespace millrace {

namespace {

constexpr int MostRecent = 10;

QString filterText()
{
    return MainWindow::tr("Pipelines (*.millrace);;All files (*)");
}

QString startFolder(const Document &document)
{
    return document.path().isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                                     : document.folder();
}

} // namespace

void MainWindow::open(const QString &path)
{
    openThen(path, {});
}

void MainWindow::openThen(const QString &path, std::function<void()> then)
{
    m_opening = {QFileInfo(path).absoluteFilePath(), std::move(then)};
    m_document->open(path);
}

/// The last of all that looks at a file that was opened.
void MainWindow::joinOpening()
{
    connect(m_document, &Document::opened, this, [this] {
        const auto opening = std::exchange(m_opening, {});
        if (opening.then && opening.path == m_document->path())
            opening.then();
    });
    connect(m_document, &Document::failed, this, [this] { m_opening = {}; });
}

void MainWindow::openFile(const QString &path)
{
    // One window for a file: two would overwrite each other's work.
    const QString absolute = QFileInfo(path).absoluteFilePath();
    for (QWidget *widget : QApplication::topLevelWidgets()) {
        auto *window = qobject_cast<MainWindow *>(widget);
        if (window && window != this && window->m_document->path() == absolute) {
            window->show();
            window->raise();
            window->activateWindow();
            return;
        }
    }
    if (mayClose())
        open(absolute);
}

void MainWindow::openAndRun(const QString &path, bool runs, const QString &select)
{
    openThen(path, [this, runs, select] {
        if (!select.isEmpty())
            showStep(toUtf8(select));
        if (runs)
            run();
    });
}

void MainWindow::newFile()
{
    if (mayClose())
        m_document->reset();
}

void MainWindow::openWithDialog()
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a pipeline"), startFolder(*m_document), filterText());
    if (!path.isEmpty())
        openFile(path);
}

void MainWindow::save()
{
    if (m_document->path().isEmpty())
        saveAs();
    else
        m_document->save(m_document->path());
}

QString MainWindow::pathToSaveAs()
{
    const QString start = m_document->path().isEmpty() ? startFolder(*m_document) + QStringLiteral("/untitled.millrace")
                                                       : m_document->path();
    QString path = QFileDialog::getSaveFileName(this, tr("Save the pipeline"), start, filterText());
    if (!path.isEmpty() && QFileInfo(path).suffix().isEmpty())
        path += QStringLiteral(".millrace");
    if (!path.isEmpty())
        m_document->edit(tr("Keep the files it reads"), {}, [&](Pipeline &pipeline) {
            keepInputPaths(pipeline, m_registry, m_document->folder(), QFileInfo(path).absolutePath());
        });
    return path;
}

void MainWindow::saveAs()
{
    if (const QString path = pathToSaveAs(); !path.isEmpty())
        m_document->save(path, true);
}

void MainWindow::revert()
{
    if (confirm(tr("Go back to “%1” as it was saved? Undo brings your changes back.").arg(m_document->title()),
                tr("Revert")))
        m_document->reload();
}

MainWindow &MainWindow::newWindow()
{
    auto *window = new MainWindow(m_registry, m_theme);
    // Beside this one, not over it.
    if (!isMaximized() && !isFullScreen())
        window->move(pos() + QPoint(30, 30));
    window->show();
    return *window;
}

bool MainWindow::mayClose()
{
    const bool isDirty = m_document->isDirty(), isRunning = m_bridge->isUnderWay();
    if (!isDirty && !isRunning)
        return true;
    const QString name = m_document->title();
    const QString question = isDirty && isRunning ? tr("“%1” is running and has changes that are not saved.").arg(name)
                             : isRunning
                                 ? tr("“%1” is running. Its results stay as they were; what is finished by then is "
                                      "kept beside them as “….partial”.")
                                       .arg(name)
                                 : tr("“%1” has changes that are not saved.").arg(name);
    const Leaving answer = askLeaving(question, isDirty, isRunning);
    if (answer == Leaving::Cancel)
        return false;
    if (answer == Leaving::Save) {
        const QString path = m_document->path().isEmpty() ? pathToSaveAs() : m_document->path();
        if (path.isEmpty() || !m_document->saveNow(path))
            return false;
    }
    m_bridge->stop();
    m_bridge->stop(); // twice: what is under way is dropped
    return true;
}

MainWindow::Leaving MainWindow::askWithBox(const QString &question, bool isDirty, bool isRunning)
{
    QMessageBox box(QMessageBox::Question, tr("Millrace"), question, QMessageBox::Cancel, this);
    box.setTextFormat(Qt::PlainText);
    QPushButton *save =
        isDirty ? box.addButton(isRunning ? tr("Stop and save") : tr("Save"), QMessageBox::AcceptRole) : nullptr;
    QPushButton *leave = box.addButton(isDirty && isRunning ? tr("Stop without saving")
                                       : isDirty            ? tr("Don't save")
                                                            : tr("Stop the run"),
                                       QMessageBox::DestructiveRole);
    box.setDefaultButton(save ? save : leave);
    box.exec();
    const QAbstractButton *clicked = box.clickedButton();
    return save && clicked == static_cast<QAbstractButton *>(save) ? Leaving::Save
           : clicked == static_cast<QAbstractButton *>(leave)      ? Leaving::Leave
                                                                   : Leaving::Cancel;
}

void MainWindow::noteRecent(const QString &path)
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

void MainWindow::fillRecent()
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
        connect(entry, &QAction::triggered, this, [this, path] { openFile(path); });
    }
    m_recent->setEnabled(number > 0);
    if (number == 0)
        return;
    m_recent->addSeparator();
    connect(m_recent->addAction(tr("&Clear this list")), &QAction::triggered, this, [this] {
        QSettings().remove(QStringLiteral("recent"));
        fillRecent();
    });
}

void MainWindow::exportPicture()
{
    const QString start = startFolder(*m_document) + QLatin1Char('/')
                          + QFileInfo(m_document->title()).completeBaseName() + QStringLiteral(".svg");
    const QString png = tr("PNG, as it is on the screen (*.png)");
    QString chosen,
        path =
            QFileDialog::getSaveFileName(this, tr("Export the drawing"), start,
                                         tr("SVG, sharp at every size (*.svg)") + QStringLiteral(";;") + png, &chosen);
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += chosen == png ? QStringLiteral(".png") : QStringLiteral(".svg");
    if (const auto done = exportDrawing(m_document->pipeline(), m_registry, path))
        statusBar()->showMessage(tr("The drawing was written to %1.").arg(QDir::toNativeSeparators(path)), 5000);
    else
        m_messages->show(MessageBar::Kind::Error, toQString(done.error().message));
}

} // namespace millrace
