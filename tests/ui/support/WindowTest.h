// SPDX-License-Identifier: MIT
#pragma once

#include "ui/support/Pictures.h"
#include "window/MainWindow.h"

#include <QFile>
#include <QTest>

#include <initializer_list>
#include <memory>
#include <utility>

namespace millrace {

/// What tests of a whole window share: settings of their own, all steps, a folder for the files of one test, and the window.
class WindowTest : public QObject
{
protected:
    WindowTest() { registerBuiltInSteps(m_registry); }

    /// Shown, light, and left without a question.
    std::unique_ptr<MainWindow> makeWindow()
    {
        m_theme.setKind(ThemeKind::Light);
        auto window = std::make_unique<MainWindow>(m_registry, m_theme);
        window->setAttribute(Qt::WA_DeleteOnClose, false);
        window->askLeaving = [](const QString &, bool, bool) { return MainWindow::Leaving::Leave; };
        window->resize(1440, 900); // whatever the screen is
        window->show();
        window->activateWindow();
        return window;
    }

    /// Steps of these ids and types, each linked to the next, beside one another; batches of ten.
    static Pipeline chainOf(std::initializer_list<std::pair<const char *, const char *>> steps)
    {
        Pipeline pipeline;
        pipeline.batching.size = 10;
        for (const auto &[id, type] : steps) {
            PipelineStep step;
            step.id = id;
            step.type = type;
            step.position = Position{240.0 * double(pipeline.steps.size()), 100};
            if (!pipeline.steps.empty()) {
                Link link;
                link.fromStep = pipeline.steps.back().id;
                link.toStep = id;
                pipeline.links.push_back(std::move(link));
            }
            pipeline.steps.push_back(std::move(step));
        }
        return pipeline;
    }

    /// A file of the test's folder.
    QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    void write(const char *name, const QByteArray &content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }

    const OwnSettings m_settings;
    StepRegistry m_registry;
    Theme m_theme;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace millrace
