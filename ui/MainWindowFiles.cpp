// SPDX-License-Identifier: MIT
// Files of the main window: new, open, save, recent ones, pictures of the drawing.
#include "Actions.h"
#include "BottomPanel.h"
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "Document.h"
#include "MainWindow.h"
#include "MessageBar.h"
#include "model/Text.h"
#include "RunBridge.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPainter>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <QSvgGenerator>

#include <cmath>

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
    m_document->open(path);
}

void MainWindow::openAndRun(const QString &path, bool runs, const QString &select)
{
    if (!select.isEmpty())
        connect(
            m_document, &Document::opened, this, [this, select] { showStep(toUtf8(select)); },
            Qt::SingleShotConnection);
    if (runs)
        connect(m_document, &Document::opened, this, &MainWindow::run, Qt::SingleShotConnection);
    open(path);
}

void MainWindow::newFile()
{
    if (mayClose())
        m_document->reset();
}

void MainWindow::openWithDialog()
{
    if (!mayClose())
        return;
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a pipeline"), startFolder(*m_document), filterText());
    if (!path.isEmpty())
        open(path);
}

bool MainWindow::save()
{
    if (m_document->path().isEmpty())
        return saveAs();
    m_document->save(m_document->path());
    return true;
}

bool MainWindow::saveAs()
{
    const QString start = m_document->path().isEmpty() ? startFolder(*m_document) + QStringLiteral("/untitled.millrace")
                                                       : m_document->path();
    QString path = QFileDialog::getSaveFileName(this, tr("Save the pipeline"), start, filterText());
    if (path.isEmpty())
        return false;
    if (QFileInfo(path).suffix().isEmpty())
        path += QStringLiteral(".millrace");
    m_document->save(path);
    return true;
}

void MainWindow::revert()
{
    if (confirm(tr("Throw away all changes since “%1” was saved?").arg(m_document->title()), tr("Revert")))
        open(m_document->path());
}

void MainWindow::newWindow()
{
    auto *window = new MainWindow(m_registry, m_theme);
    window->show();
}

bool MainWindow::mayClose()
{
    const bool isDirty = m_document->isDirty(), isRunning = m_bridge->isUnderWay();
    if (isDirty || isRunning) {
        const QString name = m_document->title();
        const QString question =
            isDirty && isRunning
                ? tr("“%1” is running and has changes that are not saved. Stop the run and throw the changes away?")
                      .arg(name)
            : isRunning ? tr("“%1” is running. Stop the run? Results that are not complete are not written.").arg(name)
                        : tr("“%1” has changes that are not saved. Throw them away?").arg(name);
        if (!confirm(question, isDirty ? tr("Throw away") : tr("Stop the run")))
            return false;
        m_bridge->stop();
        m_bridge->stop(); // twice: what is under way is dropped
    }
    return true;
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
    fillRecent();
}

void MainWindow::fillRecent()
{
    m_recent->clear();
    for (const QString &path : QSettings().value(QStringLiteral("recent")).toStringList()) {
        QAction *entry = m_recent->addAction(QFileInfo(path).fileName());
        entry->setToolTip(path);
        connect(entry, &QAction::triggered, this, [this, path] {
            if (mayClose())
                open(path);
        });
    }
    m_recent->setEnabled(!m_recent->isEmpty());
}

void MainWindow::exportDrawing()
{
    const QString start = startFolder(*m_document) + QLatin1Char('/')
                          + QFileInfo(m_document->title()).completeBaseName() + QStringLiteral(".svg");
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Export the drawing"), start, tr("Pictures (*.svg *.png)"));
    if (path.isEmpty())
        return;
    const QRectF rect = m_scene->contentRect().adjusted(-30, -40, 30, 30);
    const QColor paper = m_theme.colors().canvas;
    const auto draw = [&](QPainter &painter) {
        painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        m_scene->render(&painter, {}, rect);
    };
    bool isWritten = false;
    if (path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) {
        // Large drawings are scaled down to what a picture can hold.
        const double scale = std::min(2.0, 12000 / std::max(rect.width(), rect.height()));
        QImage image((rect.size() * scale).toSize(), QImage::Format_RGB32);
        image.fill(paper);
        QPainter painter(&image);
        draw(painter);
        painter.end();
        isWritten = image.save(path);
    } else {
        QSvgGenerator generator;
        generator.setFileName(path);
        generator.setSize(rect.size().toSize());
        generator.setViewBox(QRectF(QPointF(), rect.size()));
        generator.setTitle(m_document->title());
        QPainter painter;
        isWritten = painter.begin(&generator);
        if (isWritten) {
            painter.fillRect(QRectF(QPointF(), rect.size()), paper);
            draw(painter);
        }
    }
    if (isWritten)
        statusBar()->showMessage(tr("The drawing was written to %1.").arg(path), 5000);
    else
        m_messages->show(MessageBar::Kind::Error, tr("“%1” can't be written. Choose another folder.").arg(path));
}

} // namespace millrace
