// SPDX-License-Identifier: MIT
#include "commands/Actions.h"

#include <QMenu>
#include <QMenuBar>

#include <algorithm>
#include <array>
#include <utility>

namespace millrace {

namespace {

struct Declaration
{
    const char *menu, *id, *text, *icon, *keys;
    bool isOnCanvas = false;
    bool isCheckable = false;
};

// An empty id is a separator. What has a slash in its text is in a menu of its own within the menu.
constexpr std::array declarations{
    Declaration{"&File", "file.new", "&New", "new", "Ctrl+N"},
    Declaration{"&File", "file.open", "&Open…", "open", "Ctrl+O"},
    Declaration{"&File", "", "", "", ""},
    Declaration{"&File", "file.save", "&Save", "save", "Ctrl+S"},
    Declaration{"&File", "file.saveAs", "Save &as…", "save-as", "Ctrl+Shift+S"},
    Declaration{"&File", "file.revert", "&Revert to the saved file", "revert", "Ctrl+Shift+R"},
    Declaration{"&File", "file.export", "&Export the drawing…", "export", "Ctrl+Shift+E"},
    Declaration{"&File", "", "", "", ""},
    Declaration{"&File", "file.newWindow", "New &window", "window", "Ctrl+Shift+N"},
    Declaration{"&File", "file.close", "&Close window", "close", "Ctrl+W"},
    Declaration{"&File", "file.quit", "&Quit", "quit", "Ctrl+Q"},

    Declaration{"&Edit", "edit.undo", "&Undo", "undo", "Ctrl+Z"},
    Declaration{"&Edit", "edit.redo", "&Redo", "redo", "Ctrl+Shift+Z;Ctrl+Y"},
    Declaration{"&Edit", "", "", "", ""},
    Declaration{"&Edit", "edit.add", "&Add a step…", "plus", "Ctrl+Shift+Space"},
    Declaration{"&Edit", "edit.note", "Add a &note", "note", "Ctrl+Shift+M"},
    Declaration{"&Edit", "edit.frame", "Add a &frame around the selection", "frame", "Ctrl+G"},
    Declaration{"&Edit", "edit.fold", "Fold into a &pipeline of its own…", "fold", "Ctrl+Shift+G"},
    Declaration{"&Edit", "edit.unfold", "Unf&old the pipeline", "unfold", "Ctrl+Alt+G"},
    Declaration{"&Edit", "edit.inside", "Open the pipeline &inside", "inside", "Shift+Return;Shift+Enter", true},
    Declaration{"&Edit", "edit.outside", "Back to the outer pipeline", "outside", "Ctrl+Shift+U"},
    Declaration{"&Edit", "edit.rename", "&Rename", "rename", "F2"},
    Declaration{"&Edit", "edit.settings", "Go to the &settings", "to-settings", "Return;Enter", true},
    Declaration{"&Edit", "edit.link", "&Link by keys", "link", "L", true},
    Declaration{"&Edit", "", "", "", ""},
    Declaration{"&Edit", "edit.cut", "Cu&t", "cut", "Ctrl+X", true},
    Declaration{"&Edit", "edit.copy", "&Copy", "copy", "Ctrl+C", true},
    Declaration{"&Edit", "edit.paste", "&Paste", "paste", "Ctrl+V", true},
    Declaration{"&Edit", "edit.duplicate", "&Duplicate", "duplicate", "Ctrl+D"},
    Declaration{"&Edit", "edit.delete", "Delet&e", "delete", "Del;Backspace", true},
    Declaration{"&Edit", "edit.dissolve", "Delete and reconnect", "dissolve", "Ctrl+Del", true},
    Declaration{"&Edit", "", "", "", ""},
    Declaration{"&Edit", "edit.enable", "Enable or disable", "enable", "E", true},
    Declaration{"&Edit", "edit.bypass", "Toggle bypass", "bypass", "Shift+E", true},
    Declaration{"&Edit", "edit.keep", "&Keep what goes over the link", "database", "K", true},
    Declaration{"&Edit", "edit.moreWorkers", "One worker more", "worker", "+", true},
    Declaration{"&Edit", "edit.fewerWorkers", "One worker fewer", "worker-less", "-", true},
    Declaration{"&Edit", "", "", "", ""},
    Declaration{"&Edit", "edit.find", "&Find…", "search", "Ctrl+F"},
    Declaration{"&Edit", "", "", "", ""},
    Declaration{"&Edit", "select.all", "Select/Select &all", "select-all", "Ctrl+A", true},
    Declaration{"&Edit", "select.upstream", "Select/Select &upstream", "upstream", "Ctrl+Shift+Left"},
    Declaration{"&Edit", "select.downstream", "Select/Select &downstream", "downstream", "Ctrl+Shift+Right"},
    Declaration{"&Edit", "select.connected", "Select/Select &connected", "connected", "Ctrl+Shift+A"},
    Declaration{"&Edit", "", "Select/", "", ""},
    Declaration{"&Edit", "select.nextLink", "Select/Select next &link", "link-next", "Alt+L"},
    Declaration{"&Edit", "select.nextFrame", "Select/Select next &frame", "frame-next", "Alt+G"},
    Declaration{"&Edit", "select.nextNote", "Select/Select next &note", "note-next", "Alt+N"},
    Declaration{"&Edit", "arrange.layout", "Arrange/Lay &out automatically", "layout", "Ctrl+Shift+L"},
    Declaration{"&Edit", "", "Arrange/", "", ""},
    Declaration{"&Edit", "arrange.left", "Arrange/Align &left edges", "align-left", "Alt+Shift+L"},
    Declaration{"&Edit", "arrange.top", "Arrange/Align &top edges", "align-top", "Alt+Shift+T"},
    Declaration{"&Edit", "arrange.right", "Arrange/Align &right edges", "align-right", "Alt+Shift+R"},
    Declaration{"&Edit", "arrange.bottom", "Arrange/Align &bottom edges", "align-bottom", "Alt+Shift+B"},
    Declaration{"&Edit", "arrange.center", "Arrange/Align &centres in a column", "align-center", "Alt+Shift+C"},
    Declaration{"&Edit", "arrange.middle", "Arrange/Align centres in a ro&w", "align-middle", "Alt+Shift+M"},
    Declaration{"&Edit", "", "Arrange/", "", ""},
    Declaration{"&Edit", "arrange.across", "Arrange/Distribute &across", "distribute", "Alt+Shift+A"},
    Declaration{"&Edit", "arrange.down", "Arrange/Distribute &down", "distribute-down", "Alt+Shift+D"},
    Declaration{"&Edit", "", "Arrange/", "", ""},
    Declaration{"&Edit", "arrange.wider", "Arrange/Note or frame w&ider", "wider", "Alt+Right", true},
    Declaration{"&Edit", "arrange.narrower", "Arrange/Note or frame &narrower", "narrower", "Alt+Left", true},
    Declaration{"&Edit", "arrange.higher", "Arrange/Note or frame &higher", "higher", "Alt+Down", true},
    Declaration{"&Edit", "arrange.lower", "Arrange/Note or frame lo&wer", "lower", "Alt+Up", true},
    Declaration{"&Edit", "frame.grey", "Frame's colour/&Grey", "frame-grey", "Ctrl+Alt+1"},
    Declaration{"&Edit", "frame.blue", "Frame's colour/&Blue", "frame-blue", "Ctrl+Alt+2"},
    Declaration{"&Edit", "frame.green", "Frame's colour/Gr&een", "frame-green", "Ctrl+Alt+3"},
    Declaration{"&Edit", "frame.amber", "Frame's colour/&Amber", "frame-amber", "Ctrl+Alt+4"},
    Declaration{"&Edit", "frame.red", "Frame's colour/&Red", "frame-red", "Ctrl+Alt+5"},
    Declaration{"&Edit", "frame.purple", "Frame's colour/&Purple", "frame-purple", "Ctrl+Alt+6"},
    Declaration{"&Edit", "frame.teal", "Frame's colour/&Teal", "frame-teal", "Ctrl+Alt+7"},

    Declaration{"&View", "view.zoomIn", "Zoom &in", "zoom-in", "Ctrl++;Ctrl+="},
    Declaration{"&View", "view.zoomOut", "Zoom &out", "zoom-out", "Ctrl+-"},
    Declaration{"&View", "view.zoom100", "&100 %", "zoom-100", "Ctrl+0"},
    Declaration{"&View", "view.fitAll", "&Fit all", "fit", "Ctrl+1"},
    Declaration{"&View", "view.fitSelection", "Fit the &selection", "fit-selection", "Ctrl+2"},
    Declaration{"&View", "", "", "", ""},
    Declaration{"&View", "view.minimap", "&Minimap", "map", "Ctrl+M", false, true},
    Declaration{"&View", "view.palette", "&Palette", "palette", "Ctrl+Shift+1", false, true},
    Declaration{"&View", "view.inspector", "&Inspector", "inspector", "Ctrl+Shift+2", false, true},
    Declaration{"&View", "view.pinInspector", "Pin the insp&ector", "pin", "Ctrl+Shift+5", false, true},
    Declaration{"&View", "view.bottom", "&Data, log and charts", "log", "Ctrl+Shift+3", false, true},
    Declaration{"&View", "view.history", "&History", "history", "Ctrl+Shift+4", false, true},
    Declaration{"&View", "view.ghost", "&Try steps while drawing", "table", "Alt+Shift+G", false, true},
    Declaration{"&View", "view.wheelPans", "The &wheel pans, Ctrl+wheel zooms", "wheel", "Alt+Shift+W", false, true},
    Declaration{"&View", "view.gaugeLimits", "&Colours of queues…", "gauge", "Alt+Shift+Q"},
    Declaration{"&View", "", "", "", ""},
    Declaration{"&View", "theme.system", "Theme/&System", "theme", "Alt+Shift+1", false, true},
    Declaration{"&View", "theme.light", "Theme/&Light", "theme-light", "Alt+Shift+2", false, true},
    Declaration{"&View", "theme.dark", "Theme/&Dark", "theme-dark", "Alt+Shift+3", false, true},

    Declaration{"&Run", "run.start", "&Run", "run", "F5"},
    Declaration{"&Run", "run.on", "Run &on a cluster…", "cluster", "Alt+Shift+O"},
    Declaration{"&Run", "run.pause", "&Pause", "pause", "F6"},
    Declaration{"&Run", "run.stop", "&Stop", "stop", "Shift+F5"},
    Declaration{"&Run", "run.goOn", "&Go on where it was broken off", "go-on", "Ctrl+Shift+F5"},
    Declaration{"&Run", "run.fresh", "Run from the sou&rces", "restart", "Alt+Shift+F5"},
    Declaration{"&Run", "run.fit", "&Fit", "learn", "Ctrl+F5"},
    Declaration{"&Run", "run.upTo", "Run up to the selected step", "run-to", "Ctrl+Return"},
    Declaration{"&Run", "run.attach", "&Attach to a run…", "attach", "Alt+Shift+K"},
    Declaration{"&Run", "run.tune", "T&une…", "tune", "Alt+Shift+U"},
    Declaration{"&Run", "run.whatIf", "What &if…", "what-if", "Alt+Shift+I"},
    Declaration{"&Run", "run.savePage", "Save as &HTML…", "report", "Alt+Shift+H"},
    Declaration{"&Run", "", "", "", ""},
    Declaration{"&Run", "run.check", "&Check", "check", "F7"},
    Declaration{"&Run", "run.nextProblem", "Go to the &next problem", "warning", "F8"},

    Declaration{"&Tools", "tools.commands", "&All actions…", "commands", "Ctrl+Shift+P"},
    Declaration{"&Tools", "tools.shortcuts", "Edit &keys…", "keyboard", "Ctrl+Shift+K"},

    Declaration{"&Help", "help.step", "&Help for the step", "help", "F1"},
    Declaration{"&Help", "help.welcome", "&Welcome page", "home", "Ctrl+Shift+H"},
    Declaration{"&Help", "help.about", "&About Millrace", "info", "Shift+F1"},
};

/// Menus within menus, and their drawings.
constexpr std::array groups{
    std::pair{"Frame's colour", "colour"},
    std::pair{"Select", "select"},
    std::pair{"Arrange", "arrange"},
    std::pair{"Theme", "theme"},
};

} // namespace

Actions::Actions(Theme &theme, QWidget &window, QWidget &canvas) : QObject(&window), m_theme(theme)
{
    for (const Declaration &declaration : declarations) {
        if (!*declaration.id)
            continue;
        const QString text = QString::fromUtf8(declaration.text).section(QLatin1Char('/'), -1);
        auto *action = new QAction(text, this);
        action->setObjectName(QLatin1String(declaration.id));
        action->setProperty("menu", QString::fromUtf8(declaration.menu).remove(QLatin1Char('&')));
        action->setCheckable(declaration.isCheckable);
        action->setIconVisibleInMenu(!declaration.isCheckable); // there, its place is that of the tick
        if (*declaration.icon)
            action->setIcon(m_theme.icon(QLatin1String(declaration.icon)));
        QList<QKeySequence> keys;
        for (const QString &key : QString::fromLatin1(declaration.keys).split(QLatin1Char(';'), Qt::SkipEmptyParts))
            keys << QKeySequence(key);
        action->setShortcuts(keys);
        action->setShortcutContext(declaration.isOnCanvas ? Qt::WidgetWithChildrenShortcut : Qt::WindowShortcut);
        (declaration.isOnCanvas ? canvas : window).addAction(action);
        m_all.push_back(action);
        m_byId.insert(QLatin1String(declaration.id), action);
    }
}

QAction *Actions::operator[](const char *id) const
{
    QAction *action = m_byId.value(QLatin1String(id));
    Q_ASSERT_X(action, "Actions", id);
    return action;
}

QString Actions::menuOf(const QAction *action) const
{
    return action->property("menu").toString();
}

QIcon Actions::groupIcon(const QString &group) const
{
    const auto *const found =
        std::ranges::find_if(groups, [&](const auto &known) { return group == QLatin1String(known.first); });
    return found == groups.end() ? QIcon() : m_theme.icon(QLatin1String(found->second));
}

void Actions::fill(QMenuBar &bar)
{
    for (const Declaration &declaration : declarations) {
        const QString title = QString::fromUtf8(declaration.menu);
        QMenu *&menu = m_menus[QString(title).remove(QLatin1Char('&'))];
        if (!menu)
            menu = bar.addMenu(title);
        const QString text = QString::fromUtf8(declaration.text);
        QMenu *within = menu;
        if (text.contains(QLatin1Char('/'))) {
            const QString group = text.section(QLatin1Char('/'), 0, 0);
            QMenu *&known = m_menus[group];
            if (!known) {
                known = within->addMenu(group);
                known->setIcon(groupIcon(group));
            }
            within = known;
        }
        if (*declaration.id)
            within->addAction((*this)[declaration.id]);
        else
            within->addSeparator();
    }
}

} // namespace millrace
