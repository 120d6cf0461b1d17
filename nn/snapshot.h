/* Whether a model is what it was: the walk of snapshot.py, where nothing is counted that is only looked at.
 * It notes where it was, and a look at the notes is quicker than the next walk. */

#ifndef SNAPSHOT_H
#define SNAPSHOT_H
#include <Python.h>
#include <string.h>

/* --- Whether a dict was changed -----------------------------------------------------------------------
 * In CPython 3.11 each change gives a dict a version that no dict had before. From 3.12 on a dict can be
 * watched: then its changes are counted, and its end. Either way a dict is the same, with the same in it,
 * as long as `version_of` it and `changes` are. */

static size_t changes = 0;

#if PY_VERSION_HEX < 0x030C0000

#define version_of(dict) ((size_t)((PyDictObject *)(dict))->ma_version_tag)
#define watch(dict) (sizeof(size_t) == sizeof(uint64_t)) /* a part of the version is not enough */
#define get_watcher()

#else

#define version_of(dict) ((size_t)(dict))
static int watcher = -1;

static int count_change(PyDict_WatchEvent event, PyObject *dict, PyObject *key, PyObject *part) {
    changes++;
    return 0;
}

/* Python 3.13.0 does not tell the watcher of a dict when an attribute is set that is in it. */
static void get_watcher(void) {
    if (watcher >= 0 || Py_Version >> 8 == 0x030D00) return;
    watcher = PyDict_AddWatcher(count_change);
    if (watcher < 0) PyErr_Clear(); /* there are eight, and all are taken */
}

static int watch(PyObject *dict) { return watcher >= 0 && PyDict_Watch(watcher, dict) == 0; }

#endif

/* --- The notes ----------------------------------------------------------------------------------------
 * Of each container, in order, three numbers: where it lies; its kind, NULL for a list of leaves; and the
 * version of its dict, or the list of those leaves, or of a row of other things their count, and then where
 * each lies. As long as nothing has changed in the containers before it, a container lies where it did. */

typedef struct {
    size_t count; /* how many numbers; none if they would not say all that can change */
    size_t changes;
    size_t numbers[];
} Notes;

/* A walk through a model: what was `met` when it was searched, and where the next note goes. */
typedef struct {
    PyObject *const *met;
    PyTypeObject *module;
    size_t *next, *end;
    int is_sure;
} Walk;

/* Note a container; returns where to note so many `more` numbers, or NULL if the model is not the same: there
 * is room for what was met. */
static size_t *note(Walk *walk, PyObject *part, PyTypeObject *kind, size_t number, Py_ssize_t more) {
    size_t *next = walk->next;
    if (walk->end - next < 3 + more) return NULL;
    next[0] = (size_t)part;
    next[1] = (size_t)kind;
    next[2] = number;
    walk->next += 3 + more;
    return next + 3;
}

/* Memory for the notes about a model of which so much was met. */
static PyObject *room_for_notes(Py_ssize_t count) {
    Py_ssize_t size = sizeof(Notes) + 3 * count * sizeof(size_t);
    PyObject *room = PyByteArray_FromStringAndSize(NULL, size);
    if (room != NULL) memset(PyByteArray_AS_STRING(room), 0, size);
    get_watcher();
    return room;
}

/* --- Parts -------------------------------------------------------------------------------------------- */

/* The attributes of a Module, if they are in a dict, and it holds nothing as a list or a tuple does; or NULL. */
static PyObject *attributes_of_usual(PyObject *part, PyTypeObject *module) {
    PyObject *parts;
    if (Py_TYPE(part)->tp_base != module && !PyType_IsSubtype(Py_TYPE(part), module)) return NULL;
    if (PyList_Check(part) || PyTuple_Check(part)) return NULL;
    parts = PyObject_GenericGetDict(part, NULL);
    if (parts == NULL) PyErr_Clear();
    else if (!PyDict_CheckExact(parts)) Py_CLEAR(parts);
    return parts;
}

static int is_usual(PyObject *part, PyTypeObject *module) {
    PyObject *parts = attributes_of_usual(part, module);
    Py_XDECREF(parts);
    return parts != NULL;
}

static int are_same(PyObject *row, PyObject *leaves) {
    Py_ssize_t count = PyList_GET_SIZE(leaves);
    if (!PyList_CheckExact(row) || PyList_GET_SIZE(row) != count) return 0;
    if (count == 0) return 1;
    return memcmp(PySequence_Fast_ITEMS(row), PySequence_Fast_ITEMS(leaves), count * sizeof row) == 0;
}

/* --- The walk -----------------------------------------------------------------------------------------
 * Each takes the place in `met` where a part begins, or what it holds does, and returns the place after it;
 * −1 if it is not the same. */

#define END ((PyObject *)&PyBaseObject_Type)

static Py_ssize_t after(PyObject *part, Walk *walk, Py_ssize_t place);

static Py_ssize_t after_end(const Walk *walk, Py_ssize_t place) {
    return place >= 0 && walk->met[place] == END ? place + 1 : -1;
}

static Py_ssize_t after_row(PyObject *row, Walk *walk, Py_ssize_t place) {
    Py_ssize_t count = PySequence_Fast_GET_SIZE(row), i;
    size_t *noted = note(walk, row, Py_TYPE(row), count, count);
    if (noted == NULL) return -1;
    for (i = 0; i < count; i++) noted[i] = (size_t)PySequence_Fast_GET_ITEM(row, i);
    for (i = 0; place >= 0 && i < count; i++) {
        PyObject *part = PySequence_Fast_GET_ITEM(row, i), *before = walk->met[place];
        Py_ssize_t end = after(part, walk, place);
        /* Where a number, a text or a function lies in a row, another thing may come to lie. */
        if (end == place + 1 && part != before && !PyList_CheckExact(before)) walk->is_sure = 0;
        place = end;
    }
    return after_end(walk, place);
}

/* After what is in a dict, which is that of its owner if this is a Module. */
static Py_ssize_t after_dict(PyObject *parts, PyObject *owner, PyTypeObject *kind, Walk *walk,
                             Py_ssize_t place) {
    PyObject *part;
    Py_ssize_t next = 0, left = PyDict_GET_SIZE(parts);
    if (!watch(parts)) walk->is_sure = 0;
    if (note(walk, owner, kind, version_of(parts), 0) == NULL) return -1;
    while (place >= 0 && left-- > 0 && PyDict_Next(parts, &next, NULL, &part))
        place = after(part, walk, place);
    return after_end(walk, place);
}

static Py_ssize_t after_module(PyObject *part, Walk *walk, Py_ssize_t place) {
    PyObject *parts = attributes_of_usual(part, walk->module);
    place = parts == NULL ? -1 : after_dict(parts, part, walk->module, walk, place);
    Py_XDECREF(parts);
    return place;
}

static Py_ssize_t after(PyObject *part, Walk *walk, Py_ssize_t place) {
    PyObject *before = walk->met[place++];
    if (before == END) return -1;
    if (part == before) return place;
    if (PyList_CheckExact(before)) {
        if (note(walk, part, NULL, (size_t)before, 0) == NULL) return -1;
        return are_same(part, before) ? place : -1;
    }
    if (before == (PyObject *)walk->module) return after_module(part, walk, place);
    if (before != (PyObject *)Py_TYPE(part)) return -1;
    if (PyList_CheckExact(part) || PyTuple_CheckExact(part)) return after_row(part, walk, place);
    return PyDict_CheckExact(part) ? after_dict(part, part, &PyDict_Type, walk, place) : place;
}

/* --- The look ----------------------------------------------------------------------------------------- */

static int is_dict_same(PyObject *part, PyTypeObject *module, size_t version) {
    PyObject *parts = attributes_of_usual(part, module);
    int same = parts != NULL && version_of(parts) == version;
    Py_XDECREF(parts);
    return same;
}

/* Whether all containers are as noted. */
static int is_as_noted(const Notes *notes, PyTypeObject *module) {
    const size_t *next = notes->numbers, *end = next + notes->count;
    if (next == end || notes->changes != changes) return 0;
    while (next < end) {
        PyObject *part = (PyObject *)next[0];
        PyTypeObject *kind = (PyTypeObject *)next[1];
        size_t number = next[2];
        next += 3;
        if (kind == module) {
            if (!is_dict_same(part, module, number)) return 0;
        } else if (kind == NULL) {
            if (!are_same(part, (PyObject *)number)) return 0;
        } else if (Py_TYPE(part) != kind) {
            return 0;
        } else if (kind == &PyDict_Type) {
            if (version_of(part) != number) return 0;
        } else {
            if ((size_t)Py_SIZE(part) != number) return 0;
            if (number > 0 && memcmp(PySequence_Fast_ITEMS(part), next, number * sizeof part) != 0) return 0;
            next += number;
        }
    }
    return 1;
}

/* The same by a walk through all that was met, to the END after the model's own, which notes it. */
static int is_walked(Notes *notes, PyObject *model, PyObject *met, PyTypeObject *module) {
    size_t *begin = notes->numbers;
    Walk walk = {PySequence_Fast_ITEMS(met), module, begin, begin + 3 * PyList_GET_SIZE(met), 1};
    int same = after(model, &walk, 0) == PyList_GET_SIZE(met) - 1;
    notes->count = same && walk.is_sure ? walk.next - begin : 0;
    notes->changes = changes;
    return same;
}

/* Whether a model is what was met. */
static int is_as_met(PyObject *model, PyObject *met, PyTypeObject *module, PyObject *room) {
    Notes *notes = (Notes *)PyByteArray_AS_STRING(room);
    int collecting = PyGC_Disable(); /* else a dict made only now may start it, and a finalizer */
    int same = is_as_noted(notes, module) || is_walked(notes, model, met, module);
    if (collecting) PyGC_Enable();
    return same;
}

/* Whether a list that was given away is nobody's now, and still as it was. */
static int is_free(PyObject *given, PyObject *leaves) {
    return Py_REFCNT(given) == 1 && are_same(given, leaves);
}

#endif
