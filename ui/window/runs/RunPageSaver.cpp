// SPDX-License-Identifier: MIT
#include "window/runs/RunPageSaver.h"

#include "commands/Actions.h"
#include "document/Document.h"
#include "report/RunPage.h"
#include "run/RunBridge.h"
#include "theme/SaveDialog.h"
#include "theme/Text.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>
#include <QtConcurrentRun>
#include <QUrl>

#include <algorithm>
#include <memory>
#include <utility>

namespace millrace {

namespace {

constexpr size_t MostPagePoints = 400; ///< of a curve

/// The steps' rates in the course of the run, neighbours taken together where there are many.
std::vector<RunCurve> curvesOf(const RunHistory &history)
{
    const size_t count = history.size(), together = count / MostPagePoints + 1;
    std::vector<RunCurve> curves;
    for (const auto &[step, series] : history.steps()) {
        RunCurve curve{step, {}};
        for (size_t at = 0; at < count; at += together) {
            const size_t end = std::min(count, at + together);
            double sum = 0;
            for (size_t i = at; i < end; ++i)
                sum += double(series.itemsPerSecond[i]);
            curve.points.emplace_back(history.seconds()[end - 1], sum / double(end - at));
        }
        curves.push_back(std::move(curve));
    }
    return curves;
}

/// What went wrong, in a sentence; empty where it is written.
QString writePage(const RunPage &page, const QString &path)
{
    const std::string html = toHtml(page);
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(html.data(), qint64(html.size())) == qint64(html.size())
        && file.commit())
        return {};
    return RunPageSaver::tr("“%1” can't be written: %2. Choose another folder, or make room there.")
        .arg(QDir::toNativeSeparators(path), file.errorString());
}

} // namespace

RunPageSaver::RunPageSaver(Parts parts, QWidget *window) : QObject(window), m_parts(parts), m_window(window)
{
    openUrl = [](const QUrl &url) { QDesktopServices::openUrl(url); };
    connect(m_parts.actions["run.savePage"], &QAction::triggered, this, &RunPageSaver::save);
    connect(&m_parts.bridge, &RunBridge::finished, this, [this] { m_ended = QDateTime::currentDateTime(); });
    connect(&m_parts.bridge, &RunBridge::stateChanged, this, &RunPageSaver::updateAction);
    connect(&m_parts.bridge, &RunBridge::finished, this, &RunPageSaver::updateAction);
    connect(&m_writing, &QFutureWatcherBase::finished, this, &RunPageSaver::tell);
    updateAction();
}

RunPageSaver::~RunPageSaver()
{
    m_writing.waitForFinished(); // it reads the registry
}

void RunPageSaver::updateAction()
{
    const RunBridge &bridge = m_parts.bridge;
    m_parts.actions["run.savePage"]->setEnabled(bridge.hasSamples() && !bridge.isUnderWay() && !m_writing.isRunning());
}

void RunPageSaver::save()
{
    const Document &document = m_parts.document;
    const QString folder = document.path().isEmpty()
                               ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                               : document.folder();
    const QString name = QFileInfo(document.title()).completeBaseName();
    const QString path = askWhereToSave(m_window, tr("Save what the run did"),
                                        folder + QLatin1Char('/') + name + QStringLiteral(".html"),
                                        {tr("HTML, one page with all in it (*.html *.htm)")});
    if (path.isEmpty())
        return;
    if (!m_parts.bridge.hasSamples() || m_parts.bridge.isUnderWay())
        return; // another run has begun while the dialog was open
    write(path);
}

/// Takes what is known with it, as a further run may begin meanwhile.
void RunPageSaver::write(const QString &path)
{
    const RunBridge &bridge = m_parts.bridge;
    const auto pipeline = std::make_shared<const Pipeline>(bridge.pipeline());
    RunPage page{*pipeline, m_parts.document.registry(), bridge.reader().last()};
    page.end = bridge.reader().runFigures().end;
    page.title = pipeline->name.empty() ? toUtf8(m_parts.document.title()) : pipeline->name;
    page.time = toUtf8(m_ended.toString(QStringLiteral("yyyy-MM-dd HH:mm")));
    if (bridge.outcome().state == RunState::Failed) {
        page.failureStep = bridge.outcome().step;
        page.failure = bridge.outcome().error.message;
    }
    page.limit = bridge.limit();
    page.errors = bridge.errorGroups();
    page.curves = curvesOf(bridge.history());
    m_path = path;
    m_writing.setFuture(QtConcurrent::run([pipeline, page = std::move(page), path] { return writePage(page, path); }));
    updateAction();
}

void RunPageSaver::tell()
{
    updateAction();
    if (const QString fault = m_writing.result(); !fault.isEmpty()) {
        m_parts.messages.show(MessageBar::Kind::Error, fault);
        return;
    }
    m_parts.messages.show(MessageBar::Kind::Info,
                          tr("What the run did was saved as %1.").arg(QDir::toNativeSeparators(m_path)), tr("Open"),
                          [this, path = m_path] { openUrl(QUrl::fromLocalFile(path)); });
}

} // namespace millrace
