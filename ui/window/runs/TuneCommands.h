// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Tuning.h"
#include "theme/Theme.h"
#include "window/runs/TunedSettings.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <string>

class QWidget;

namespace millrace {

class Actions;
class Document;
class MessageBar;
class RunBridge;
class RunCommands;
class TuneWindow;

/// Tunes the run of this window while it goes on, or starts one for that. What the tuner wants becomes an edit of the document, which
/// the run follows as it does those by hand; a hand that changes the same ends it. In the end one keeps all of it or takes it back.
class TuneCommands : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Theme &theme;
        Document &document;
        RunBridge &bridge;
        RunCommands &runs;
        Actions &actions;
        MessageBar &messages;
    };

    /// `nameOf`: how a step's id is shown.
    TuneCommands(Parts parts, std::function<QString(const std::string &)> nameOf, QWidget *window);

private:
    void open();
    void updateAction();
    void start(const TuneWish &wish);
    void begin();
    void look();
    void say(const std::string &step, const std::string &sentence);
    void make(const std::vector<TuneMove> &moves);
    void noteChange();
    void end(const QString &why);
    void finish();
    void abandon();
    QString outcome() const;
    void keep();
    void takeBack();
    void settle(const QString &sentence);
    QString quoted(const std::string &step) const;

    Parts m_parts;
    std::function<QString(const std::string &)> m_nameOf;
    QWidget *m_window;
    TuneWindow *m_view = nullptr;     ///< made when it is first asked for
    std::optional<TuneWish> m_wish;   ///< of a run that is being started
    std::shared_ptr<Tuning> m_tuning; ///< null: nothing is tuned. Shared with a thread that waits for its end
    TunedSettings m_settings;
    QString m_asked;         ///< in the bar; empty: nothing is asked there
    QString m_why;           ///< it has ended before it was through
    bool m_isMaking = false; ///< the document changes by this
    QTimer m_timer;
};

} // namespace millrace
