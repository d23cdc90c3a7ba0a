def snapshot(frames, learner_files, main_globals):
    return {}
