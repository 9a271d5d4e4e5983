// SPDX-License-Identifier: MIT
// The welcome page of the main window.
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "model/Format.h"
#include "theme/Text.h"
#include "trust/TrustGate.h"
#include "welcome/Examples.h"
#include "welcome/WelcomePage.h"
#include "window/MainWindow.h"
#include "window/MessageBar.h"

#include <QFileInfo>
#include <QSettings>
#include <QVBoxLayout>

namespace millrace {

namespace {

/// The first note says what there is to see.
QString textOf(const Pipeline &pipeline)
{
    return pipeline.notes.empty() ? formatNoun(pipeline.steps.size(), QStringLiteral("step"))
                                  : toQString(pipeline.notes.front().text).simplified();
}

/// "jq", "jq and gawk", "python3, jq and gawk".
QString listed(const QStringList &names)
{
    return names.size() < 2 ? names.join(QString())
                            : MainWindow::tr("%1 and %2")
                                  .arg(names.mid(0, names.size() - 1).join(QStringLiteral(", ")), names.last());
}

/// What an example needs besides this program, in words; empty where that is nothing.
WelcomeExample::Need needOf(const Pipeline &pipeline, bool mustFit)
{
    const QStringList programs = programsOf(pipeline);
    if (const QStringList missing = missingOf(programs); !missing.isEmpty())
        return {MainWindow::tr("Needs %1, not installed here").arg(listed(missing)), true};
    if (!programs.isEmpty())
        return {MainWindow::tr("Calls %1").arg(listed(programs)), false};
    if (mustFit)
        return {MainWindow::tr("Learns first: the click fits, then runs it"), false};
    return {};
}

} // namespace

void MainWindow::showWelcome(bool isShown)
{
    if (isShown && !m_welcome)
        makeWelcome();
    // Every edit says that the page is to go: a field that is being typed in keeps the keyboard.
    if (!m_welcome || (!isShown && m_welcome->isHidden()))
        return;
    if (isShown)
        m_welcome->setRecent(QSettings().value(QStringLiteral("recent")).toStringList());
    m_view->setVisible(!isShown);
    m_welcome->setVisible(isShown);
    if (isShown)
        m_welcome->focusFirst();
    else
        m_view->setFocus();
}

bool MainWindow::isWelcomeShown() const
{
    return m_welcome && !m_welcome->isHidden();
}

void MainWindow::makeWelcome()
{
    m_welcome = new WelcomePage(m_theme);
    std::vector<WelcomeExample> shown;
    for (const Example &example : builtInExamples())
        shown.push_back({example.id, toQString(example.pipeline.name), textOf(example.pipeline),
                         needOf(example.pipeline, mustFit(example.pipeline)),
                         [this, pipeline = example.pipeline](QSize size, double ratio) {
                             return drawingPicture(pipeline, m_registry, m_theme, size, ratio);
                         }});
    m_welcome->setExamples(shown);
    static_cast<QVBoxLayout *>(centralWidget()->layout())->addWidget(m_welcome, 1);
    connect(m_welcome, &WelcomePage::exampleChosen, this, &MainWindow::openExample);
    connect(m_welcome, &WelcomePage::recentChosen, this, &MainWindow::openFile);
    connect(m_welcome, &WelcomePage::openChosen, this, &MainWindow::openWithDialog);
    connect(m_welcome, &WelcomePage::newChosen, this, [this] {
        newFile();
        showWelcome(false);
    });
    connect(m_welcome, &WelcomePage::left, this, [this] { showWelcome(false); });
    // Whatever is to be seen on the canvas takes the page's place.
    connect(m_document, &Document::changed, this, [this] { showWelcome(false); });
}

void MainWindow::openExample(const QString &id)
{
    if (!mayClose())
        return;
    const auto path = unpackExample(id, examplesFolder());
    if (!path) {
        m_messages->show(MessageBar::Kind::Error, toQString(path.error().message));
        return;
    }
    // What came with this program is trusted as this program is, until somebody has changed it.
    if (isAsShipped(id, examplesFolder()))
        for (const Example &example : builtInExamples())
            if (example.id == id)
                m_gate->trustShipped(
                    example.pipeline, {toUtf8(QFileInfo(*path).path()), toUtf8(*path)},
                    [&](const std::string &file) { return isShippedFile(id, toQString(file), examplesFolder()); });
    openThen(*path, [this] { fitAndRun(); });
}

} // namespace millrace
