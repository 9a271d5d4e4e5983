// SPDX-License-Identifier: MIT
#include "window/WelcomeHost.h"

#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "model/Format.h"
#include "run/RunScope.h"
#include "theme/Text.h"
#include "trust/TrustGate.h"
#include "welcome/Examples.h"
#include "welcome/WelcomePage.h"
#include "window/commands/FileCommands.h"
#include "window/MessageBar.h"
#include "window/runs/RunCommands.h"

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
                            : WelcomeHost::tr("%1 and %2")
                                  .arg(names.mid(0, names.size() - 1).join(QStringLiteral(", ")), names.last());
}

/// What an example needs besides this program, in words; empty where that is nothing.
WelcomeExample::Need needOf(const Pipeline &pipeline, bool mustFit)
{
    const QStringList programs = programsOf(pipeline);
    if (const QStringList missing = missingOf(programs); !missing.isEmpty())
        return {WelcomeHost::tr("Needs %1, not installed here").arg(listed(missing)), true};
    if (!programs.isEmpty())
        return {WelcomeHost::tr("Calls %1").arg(listed(programs)), false};
    if (mustFit)
        return {WelcomeHost::tr("Learns first: the click fits, then runs it"), false};
    return {};
}

} // namespace

WelcomeHost::WelcomeHost(Parts parts, QObject *parent) : QObject(parent), m_parts(parts) {}

void WelcomeHost::show(bool isShown)
{
    if (isShown && !m_page)
        make();
    // Every edit says that the page is to go: a field that is being typed in keeps the keyboard.
    if (!m_page || (!isShown && m_page->isHidden()))
        return;
    if (isShown)
        m_page->setRecent(QSettings().value(QStringLiteral("recent")).toStringList());
    m_parts.view.setVisible(!isShown);
    m_page->setVisible(isShown);
    if (isShown)
        m_page->focusFirst();
    else
        m_parts.view.setFocus();
}

bool WelcomeHost::isShown() const
{
    return m_page && !m_page->isHidden();
}

void WelcomeHost::make()
{
    m_page = new WelcomePage(m_parts.theme);
    const StepRegistry &registry = m_parts.document.registry();
    std::vector<WelcomeExample> shown;
    for (const Example &example : builtInExamples())
        shown.push_back({example.id, toQString(example.pipeline.name), textOf(example.pipeline),
                         needOf(example.pipeline, !learnersIn(example.pipeline, registry).empty()),
                         [pipeline = example.pipeline, &registry, &theme = m_parts.theme](QSize size, double ratio) {
                             return drawingPicture(pipeline, registry, theme, size, ratio);
                         }});
    m_page->setExamples(shown);
    m_parts.column.addWidget(m_page, 1);
    connect(m_page, &WelcomePage::exampleChosen, this, &WelcomeHost::openExample);
    connect(m_page, &WelcomePage::recentChosen, &m_parts.files, &FileCommands::openHere);
    connect(m_page, &WelcomePage::openChosen, &m_parts.files, &FileCommands::openWithDialog);
    connect(m_page, &WelcomePage::newChosen, this, [this] {
        m_parts.files.newFile();
        show(false);
    });
    connect(m_page, &WelcomePage::left, this, [this] { show(false); });
    // Whatever is to be seen on the canvas takes the page's place.
    connect(&m_parts.document, &Document::changed, this, [this] { show(false); });
}

void WelcomeHost::openExample(const QString &id)
{
    if (!m_parts.files.mayLeave())
        return;
    const auto path = unpackExample(id, examplesFolder());
    if (!path) {
        m_parts.messages.show(MessageBar::Kind::Error, toQString(path.error().message));
        return;
    }
    // What came with this program is trusted as this program is, until somebody has changed it.
    if (isAsShipped(id, examplesFolder()))
        for (const Example &example : builtInExamples())
            if (example.id == id)
                m_parts.gate.trustShipped(
                    example.pipeline, {toUtf8(QFileInfo(*path).path()), toUtf8(*path)},
                    [&](const std::string &file) { return isShippedFile(id, toQString(file), examplesFolder()); });
    m_parts.files.openThen(*path, [this] { m_parts.runs.fitAndRun(); });
}

} // namespace millrace
